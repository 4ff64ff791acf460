"""The state that packets meet."""

from __future__ import annotations

import pickle

import pytest

from tests.core.dataplane.lab import A1, B1, lab, send


def test_a_pods_stack_is_derived_until_it_is_opened() -> None:
    fabric = lab()
    assert fabric.netns("pod/a1") is not fabric.netns("pod/a1")
    fabric.open_netns("pod/a1").interfaces["eth0"].up = False
    assert fabric.netns("pod/a1") is fabric.open_netns("pod/a1")
    assert send(fabric, "pod/a1", B1).reason == "packet.no-route"
    with pytest.raises(KeyError):
        fabric.netns("pod/nobody")


def test_links_lead_to_the_other_end() -> None:
    fabric = lab()
    assert fabric.peer("pod/a1", "eth0") == ("node-a", "veth-a1")
    assert fabric.peer("node-a", "veth-a1") == ("pod/a1", "eth0")
    assert fabric.peer("node-a", "eth0") == ("switch", "node-a")
    assert fabric.peer("node-a", "cni0") is None


def test_who_answers_arp_on_the_lan() -> None:
    fabric = lab()
    assert fabric.lan_owner("192.168.66.12") == "08:00:27:00:00:12"
    assert fabric.lan_owner(A1) is None
    fabric.stacks["node-b"].published["192.168.66.240"] = "eth0"
    assert fabric.lan_owner("192.168.66.240") == "08:00:27:00:00:12"


def test_a_checkpoint_holds_all_of_it() -> None:
    fabric = lab()
    assert send(pickle.loads(pickle.dumps(fabric)), "pod/a1", B1) == send(fabric, "pod/a1", B1)

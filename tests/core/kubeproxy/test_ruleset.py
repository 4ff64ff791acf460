"""All chains of a node."""

from __future__ import annotations

import pickle

from cluster_core.dataplane.netfilter import Netfilter, save
from cluster_core.kubeproxy.names import service_chain
from cluster_core.kubeproxy.ruleset import ProxyChains, Snapshot, program_jumps
from cluster_core.kubeproxy.service_port import ServiceEntry
from tests.core.kubeproxy.test_service_port import objects
from tests.core.kubeproxy.test_service_rules import HERE


def test_a_checkpoint_leaves_out_what_follows() -> None:
    service, part = objects()
    entry = ServiceEntry(service, (part,))
    chains = ProxyChains(Snapshot({"default/web": entry}, entry.endpoints), HERE)
    table = Netfilter(sources={"kube-proxy": chains})
    program_jumps(table)
    text, size = save(table), len(pickle.dumps(ProxyChains(Snapshot({"default/web": entry}, 4), HERE)))
    assert len(pickle.dumps(chains)) == size
    assert save(pickle.loads(pickle.dumps(table))) == text


def test_over_a_thousand_endpoints_the_rules_are_terse() -> None:
    service, part = objects()
    entry = ServiceEntry(service, (part,))
    wordy, terse = (save(Netfilter(sources={"p": ProxyChains(Snapshot({"w": entry}, n), HERE)})) for n in (1000, 1001))
    assert '"default/web:http -> 10.244.2.2:8080"' in wordy and " -> " not in terse
    assert "default/web:http cluster IP" in terse


def test_asked_chain_by_chain_or_all_at_once_the_rules_are_the_same() -> None:
    service, part = objects()
    snapshot = Snapshot({"default/web": ServiceEntry(service, (part,))}, 2)
    one_by_one, at_once = ProxyChains(snapshot, HERE), ProxyChains(snapshot, HERE)
    chain = one_by_one.chain("nat", service_chain("SVC", "default/web:http", "TCP"))
    assert chain is not None and len(chain) == 2
    endpoint = one_by_one.chain("nat", chain[-1].jump)
    assert endpoint is not None and endpoint[-1].options == "--to-destination 10.244.2.2:8080"
    assert one_by_one.count() == at_once.count()
    assert sorted(one_by_one.names("nat")) == sorted(at_once.names("nat"))
    assert one_by_one.chain("nat", "KUBE-SVC-UNKNOWN") is None

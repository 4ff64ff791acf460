"""/proc."""

from __future__ import annotations

from tests.core.shell.container import out


def test_live_files() -> None:
    assert (
        out("cat /proc/1/comm; head -1 /proc/mounts; cat /proc/sys/kernel/hostname")
        == "sh\noverlay / overlay rw,relatime 0 0\nbox\n"
    )
    assert out("grep -c processor /proc/cpuinfo; awk '/MemTotal/ {print $2}' /proc/meminfo") == "2\n4194304\n"
    assert out("sleep 5; cut -d. -f1 /proc/uptime; echo x > /proc/uptime") == "5\n"

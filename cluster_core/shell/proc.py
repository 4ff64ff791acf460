"""/proc: what the kernel tells about itself and its tasks. Source: proc(5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_core.shell.userland import Userland


def content(land: Userland, name: str) -> bytes:
    """The text of a live file; real ones have more lines."""
    found: Callable[[Userland], str] | None = _CONTENT.get(name)
    return found(land).encode() if found is not None else b""


def uptime_us(land: Userland) -> int:
    """How long the machine has been up."""
    return max(0, land.now - land.booted_at)


def mounts(land: Userland) -> str:
    """/proc/mounts."""
    lines = [
        "overlay / overlay rw,relatime 0 0",
        "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
        "tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0",
    ]
    for mount in land.files.mounts[1:]:
        lines.append(f"{mount.source} {mount.path} {mount.kind} {'ro' if mount.read_only else 'rw'},relatime 0 0")
    return "\n".join(lines) + "\n"


def _uptime(land: Userland) -> str:
    seconds = uptime_us(land) / 1_000_000
    return f"{seconds:.2f} {seconds * land.identity.cpus * 0.9:.2f}\n"


def _memory(land: Userland) -> str:
    total = land.identity.memory // 1024
    rows = {
        "MemTotal": total,
        "MemFree": total * 6 // 10,
        "MemAvailable": total * 8 // 10,
        "Buffers": total // 100,
        "Cached": total * 2 // 10,
        "SwapTotal": 0,
        "SwapFree": 0,
    }
    return "".join(f"{name + ':':<16}{value:>8} kB\n" for name, value in rows.items())


def _cpus(land: Userland) -> str:
    return "\n".join(
        f"processor\t: {number}\nmodel name\t: Orrery virtual CPU\ncpu MHz\t\t: 2400.000\n"
        for number in range(land.identity.cpus)
    )


def _first_argv(land: Userland) -> list[str]:
    first = land.tasks.get(1)
    return first.argv if first is not None else []


def _environ(land: Userland) -> str:
    first = land.tasks.get(1)
    return "".join(f"{name}={value}\0" for name, value in (first.environment if first is not None else {}).items())


_CONTENT: dict[str, Callable[[Userland], str]] = {
    "uptime": _uptime,
    "loadavg": lambda land: f"0.00 0.01 0.05 1/{sum(task.alive for task in land.tasks.values())} {land.next_pid}\n",
    "version": lambda land: f"Linux version {land.identity.release} (orrery) #1 SMP PREEMPT_DYNAMIC\n",
    "cpuinfo": _cpus,
    "meminfo": _memory,
    "mounts": mounts,
    "self/mounts": mounts,
    "sys/kernel/hostname": lambda land: land.identity.hostname + "\n",
    "self/cgroup": lambda land: "0::/\n",
    "1/cmdline": lambda land: "".join(word + "\0" for word in _first_argv(land)),
    "1/comm": lambda land: (_first_argv(land) or [""])[0].rpartition("/")[2][:15] + "\n",
    "1/environ": _environ,
    "filesystems": lambda land: "nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n",
    "cmdline": lambda land: "BOOT_IMAGE=/boot/vmlinuz ro quiet\n",
}

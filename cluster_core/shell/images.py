"""The files of an image: programs, /etc, what the software in it brings."""

from __future__ import annotations

from functools import lru_cache

from cluster_core.shell.executables import executable
from cluster_core.shell.files import FILE, LINK, LIVE, Layer, Node, layer_of

BUSYBOX = (
    "[ ar arp ash awk base64 basename bunzip2 cat chgrp chmod chown chroot clear cmp cp cut date dd df diff dirname "
    "du echo egrep env expr factor false fgrep find fold free getopt grep gunzip gzip head hexdump hostname httpd "
    "id ifconfig ip kill killall less ln ls md5sum mkdir mkfifo mknod mktemp more mount mv nc netstat nice nl nohup "
    "nproc nslookup od paste pgrep pidof ping ping6 pkill printenv printf ps pwd readlink realpath reset rev rm "
    "rmdir route sed seq sh sha1sum sha256sum sha512sum sleep sort split stat strings stty su sync tac tail tar tee "
    "telnet test time timeout top touch tr traceroute true tty umount uname uniq uptime usleep vi watch wc wget "
    "which whoami xargs yes "
)
DEBIAN = (
    "[ awk base64 basename bash cat chgrp chmod chown chroot clear cmp cp cut dash date dd df diff dirname du echo "
    "egrep env expr factor false fgrep find fold free getent getopt grep gunzip gzip head hostname id kill ln ls "
    "md5sum mkdir mkfifo mknod mktemp more mount mv nice nl nohup nproc od paste perl pgrep pidof pkill printenv "
    "printf ps pwd readlink realpath rev rm rmdir sed seq sh sha1sum sha256sum sha512sum sleep sort split stat "
    "stdbuf stty su sync tac tail tar tee test timeout top touch tr true tty umount uname uniq uptime wc which "
    "whoami xargs yes "
)
SBIN = ("arp", "ifconfig", "ip", "route", "traceroute")
USERS = {
    "busybox": "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "debian": "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
}
RELEASES = {
    "busybox": ("", ""),
    "alpine": ('NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n', "3.22.1\n"),
    "debian": (
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nID=debian\n',
        "",
    ),
}
LIVE_FILES = (
    "uptime", "loadavg", "version", "cpuinfo", "meminfo", "mounts", "stat", "net/tcp", "sys/kernel/hostname", "self/status",
    "self/cgroup", "self/mounts", "1/cmdline", "1/comm", "1/environ", "1/status", "filesystems", "cmdline",
)  # fmt: skip
FLAVOURS = ("busybox", "alpine", "debian", "none")


BARE = (
    "pause",
    "scratch",
    "distroless",
    "static",
    "hello-world",
    "http-echo",
    "coredns",
    "etcd",
    "kube-",
    "metrics-server",
    "traefik",
    "whoami",
)


def flavour_of(image: str) -> str:
    """What an image is built on, judged by its name and tag: alpine, busybox, none (no shell at all), else debian."""
    last = image.partition("@")[0].rpartition("/")[2]
    if "distroless" in image or last.startswith(BARE):
        return "none"
    name, _, tag = last.partition(":")
    return "alpine" if "alpine" in last else "busybox" if name == "busybox" or "busybox" in tag else "debian"


@lru_cache(maxsize=256)
def layer(flavour: str, programs: tuple[str, ...] = (), files: tuple[tuple[str, str], ...] = ()) -> Layer:
    """The files of an image of a flavour (none: no shell, no programs) with further programs and files."""
    nodes: dict[str, Node] = {}
    for folder in (
        "/tmp",
        "/root",
        "/var/log",
        "/run",
        "/home",
        "/usr/bin",
        "/usr/sbin",
        "/dev",
        "/mnt",
        "/opt",
        "/srv",
        "/sys",
    ):
        nodes[f"{folder}/"[:-1]] = Node("dir", mode=0o1777 if folder == "/tmp" else 0o755)
    for name in LIVE_FILES:
        nodes[f"/proc/{name}"] = Node(LIVE, target=name, mode=0o444)
    for name in ("null", "zero", "random", "urandom", "tty", "full", "stdin", "stdout", "stderr"):
        nodes[f"/dev/{name}"] = Node(LIVE, target=f"dev/{name}", mode=0o666)
    _programs(nodes, flavour)
    users = "busybox" if flavour == "alpine" else flavour
    _text(nodes, "/etc/passwd", USERS.get(users, USERS["busybox"]))
    _text(nodes, "/etc/group", "root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n")
    release, alpine = RELEASES.get(flavour, ("", ""))
    if release:
        _text(nodes, "/etc/os-release", release)
    if alpine:
        _text(nodes, "/etc/alpine-release", alpine)
    for name in programs:
        _program(nodes, name)
    for path, text in files:
        _text(nodes, path, text)
    return layer_of(nodes)


def _programs(nodes: dict[str, Node], flavour: str) -> None:
    if flavour in ("busybox", "alpine"):
        _program(nodes, "/bin/busybox")
        for name in BUSYBOX.split():
            folder = (
                "/bin"
                if flavour == "busybox" or name not in ("awk", "wget", "nslookup", "nc", "tr", "sort")
                else "/usr/bin"
            )
            nodes[f"{folder}/{name}"] = Node(LINK, target="/bin/busybox", mode=0o777)
    if flavour == "alpine":
        _program(nodes, "/usr/bin/getent")
        _program(nodes, "/usr/bin/apk", "apk")
    if flavour == "debian":
        nodes["/bin"] = Node(LINK, target="usr/bin", mode=0o777)
        nodes["/sbin"] = Node(LINK, target="usr/sbin", mode=0o777)
        for name in DEBIAN.split():
            _program(nodes, f"/usr/bin/{name}")
        nodes["/usr/bin/sh"] = Node(LINK, target="dash", mode=0o777)
        for name in ("apt-get", "apt"):
            _program(nodes, f"/usr/bin/{name}")


def _program(nodes: dict[str, Node], path: str, program: str = "") -> None:
    """A program's file: "name", "/path/name", or "/path/name=program" when the file has another name than the program."""
    path, _, other = path.partition("=")
    path = path if path.startswith("/") else f"/usr/bin/{path}"
    nodes[path] = Node(FILE, executable(program or other or path.rpartition("/")[2]), mode=0o755)


def _text(nodes: dict[str, Node], path: str, text: str) -> None:
    nodes[path] = Node(FILE, text.encode())

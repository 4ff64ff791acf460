"""The programs of images, by name. Which of them an image has is said by its files (`shell.images`).

A program's module is loaded when it is first run: a cluster whose containers run none does not need them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_core.shell.programs.applet import Call, Function
    from cluster_core.shell.task import Body
    from cluster_core.shell.userland import Userland

# Where a program is written, and the names that it is called by.
WRITTEN = {
    "text.wc": "wc",
    "columns.cut": "cut",
    "columns.tr": "tr",
    "columns.sort": "sort",
    "columns.uniq": "uniq",
    "numbers.seq": "seq",
    "numbers.rev": "rev tac nl paste",
    "running.env": "env",
    "running.nohup": "nohup nice time setsid stdbuf",
    "repeating.xargs": "xargs",
    "listing.ls": "ls",
    "listing.stat": "stat",
    "listing.du": "du",
    "listing.df": "df",
    "listing.mount": "mount",
    "filesystem.mkdir": "mkdir",
    "filesystem.rmdir": "rmdir",
    "filesystem.rm": "rm",
    "filesystem.cp": "cp mv",
    "filesystem.touch": "touch",
    "filesystem.ln": "ln",
    "filesystem.chmod": "chmod chown chgrp",
    "paths.basename": "basename dirname",
    "paths.realpath": "realpath readlink",
    "paths.mktemp": "mktemp",
    "filesystem.dd": "dd",
    "finding.find": "find",
    "system.echo": "echo",
    "system.printf": "printf",
    "system.true": "true false sync clear reset",
    "system.stty": "stty",
    "system.test": "test [",
    "system.date": "date",
    "system.hostname": "hostname",
    "system.whoami": "whoami id",
    "system.uname": "uname",
    "system.uptime": "uptime",
    "system.free": "free",
    "system.nproc": "nproc tty",
    "processes.ps": "ps",
    "processes.top": "top",
    "system.which": "which",
    "system.printenv": "printenv",
    "processes.kill": "kill pkill killall pidof pgrep",
    "expr.expr": "expr",
    "digests.digest": "md5sum sha1sum sha256sum sha512sum",
    "digests.base64_": "base64",
    "system.not_here": "vi vim nano apt-get apt apk",
    "digests.more": "more less strings od hexdump",
    "digests.diff": "diff cmp",
    "archive.tar": "tar",
    "interfaces.ip": "ip",
    "interfaces.ifconfig": "ifconfig",
    "interfaces.netstat": "netstat ss",
    "interfaces.route": "route arp",
    "text.Cat": "cat",
    "text.Head": "head",
    "text.Tail": "tail",
    "text.Tee": "tee",
    "grep.Grep": "grep egrep fgrep",
    "running.Sleep": "sleep",
    "running.Yes": "yes",
    "running.Pause": "pause",
    "running.Timeout": "timeout",
    "repeating.Watch": "watch",
    "serving.Server": ".server",
    "resolving.NsLookup": "nslookup",
    "resolving.Dig": "dig host",
    "resolving.GetEnt": "getent",
    "http.Wget": "wget",
    "curl.Curl": "curl",
    "sockets.Netcat": "nc ncat netcat telnet",
    "sockets.Ping": "ping ping6",
    "sockets.Listener": "httpd",
    "databases.DatabaseClient": "redis-cli pg_isready psql mysql mysqladmin",
    "sed.Sed": "sed",
    "awk.Awk": "awk",
}
NAMES = {name: place for place, names in WRITTEN.items() for name in names.split()}


def known(name: str) -> bool:
    """Whether there is such a program."""
    return name in NAMES


def body(program: str, argv: list[str], land: Userland) -> Body:
    """A fresh run of a program."""
    from cluster_core.shell.programs.applet import Once

    found = land.own.get(program) or (written(NAMES[program]) if program in NAMES else missing)
    return found() if isinstance(found, type) else Once(found)


@cache
def written(place: str) -> Function | type[Body]:
    """The function or class at `module.name`."""
    module, _, name = place.partition(".")
    found: Function | type[Body] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


def missing(call: Call) -> int:
    """A program whose file is there and that nobody has written here."""
    return call.fail("not available in this simulation", 127)

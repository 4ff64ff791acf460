"""The programs of images, by name. Which of them an image has is said by its files (`shell.images`)."""

from __future__ import annotations

from cluster_core.shell.programs import (
    archive,
    awk,
    columns,
    curl,
    databases,
    digests,
    expr,
    filesystem,
    finding,
    grep,
    http,
    interfaces,
    listing,
    numbers,
    paths,
    processes,
    repeating,
    resolving,
    running,
    sed,
    serving,
    sockets,
    system,
    text,
)
from cluster_core.shell.programs.applet import Call, Function, Once
from cluster_core.shell.task import Body
from cluster_core.shell.userland import Userland

FUNCTIONS: dict[str, Function] = {
    "wc": text.wc, "cut": columns.cut, "tr": columns.tr, "sort": columns.sort, "uniq": columns.uniq, "seq": numbers.seq, "rev": numbers.rev,
    "tac": numbers.rev, "nl": numbers.rev, "paste": numbers.rev, "env": running.env, "nohup": running.nohup, "nice": running.nohup,
    "xargs": repeating.xargs, "time": running.nohup, "setsid": running.nohup, "stdbuf": running.nohup, "ls": listing.ls,
    "stat": listing.stat, "du": listing.du, "df": listing.df, "mount": listing.mount, "mkdir": filesystem.mkdir,
    "rmdir": filesystem.rmdir, "rm": filesystem.rm, "cp": filesystem.cp, "mv": filesystem.cp, "touch": filesystem.touch,
    "ln": filesystem.ln, "chmod": filesystem.chmod, "chown": filesystem.chmod, "chgrp": filesystem.chmod,
    "basename": paths.basename, "dirname": paths.basename, "realpath": paths.realpath,
    "readlink": paths.realpath, "mktemp": paths.mktemp, "dd": filesystem.dd, "find": finding.find,
    "echo": system.echo, "printf": system.printf, "true": system.true, "false": system.true, "sync": system.true,
    "clear": system.true, "reset": system.true, "stty": system.true, "test": system.test, "[": system.test,
    "date": system.date, "hostname": system.hostname, "whoami": system.whoami, "id": system.whoami, "uname": system.uname,
    "uptime": system.uptime, "free": system.free, "nproc": system.nproc, "tty": system.nproc, "ps": processes.ps,
    "top": processes.top, "which": system.which, "printenv": system.printenv, "kill": processes.kill, "pkill": processes.kill,
    "killall": processes.kill, "pidof": processes.kill, "pgrep": processes.kill, "expr": expr.expr, "md5sum": digests.digest,
    "sha1sum": digests.digest, "sha256sum": digests.digest, "sha512sum": digests.digest, "base64": digests.base64_,
    "vi": system.not_here, "vim": system.not_here, "nano": system.not_here, "apt-get": system.not_here, "apt": system.not_here,
    "apk": system.not_here, "more": digests.more, "less": digests.more, "strings": digests.more, "od": digests.more,
    "hexdump": digests.more, "diff": digests.diff, "cmp": digests.diff, "tar": archive.tar, "ip": interfaces.ip, "ifconfig": interfaces.ifconfig, "netstat": interfaces.netstat,
    "ss": interfaces.netstat, "route": interfaces.route, "arp": interfaces.route,
}  # fmt: skip
CLASSES: dict[str, type[Body]] = {
    "cat": text.Cat, "head": text.Head, "tail": text.Tail, "tee": text.Tee, "grep": grep.Grep, "egrep": grep.Grep,
    "fgrep": grep.Grep, "sleep": running.Sleep, "yes": running.Yes, "pause": running.Pause, "timeout": running.Timeout,
    "watch": repeating.Watch,
    ".server": serving.Server, "nslookup": resolving.NsLookup, "dig": resolving.Dig, "host": resolving.Dig,
    "getent": resolving.GetEnt, "wget": http.Wget, "curl": curl.Curl, "nc": sockets.Netcat, "ncat": sockets.Netcat, "netcat": sockets.Netcat, "telnet": sockets.Netcat,
    "ping": sockets.Ping, "ping6": sockets.Ping, "httpd": sockets.Listener, "redis-cli": databases.DatabaseClient,
    "pg_isready": databases.DatabaseClient, "psql": databases.DatabaseClient, "mysql": databases.DatabaseClient,
    "mysqladmin": databases.DatabaseClient, "sed": sed.Sed, "awk": awk.Awk,
}  # fmt: skip


def known(name: str) -> bool:
    """Whether there is such a program."""
    return name in FUNCTIONS or name in CLASSES


def body(program: str, argv: list[str], land: Userland) -> Body:
    """A fresh run of a program."""
    if program in CLASSES:
        return CLASSES[program]()
    return Once(FUNCTIONS.get(program, missing))


def missing(call: Call) -> int:
    """A program whose file is there and that nobody has written here."""
    return call.fail("not available in this simulation", 127)

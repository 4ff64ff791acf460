"""Programs that tell about files: ls, stat, du, df, mount. Source: busybox, coreutils."""

from __future__ import annotations

from cluster_core.shell.dates import ls_time, stat_time
from cluster_core.shell.files import DIRECTORY, FILE, LINK, LIVE, FileError, Node
from cluster_core.shell.proc import mounts
from cluster_core.shell.programs.applet import Call, options

DISK_KB = 61_255_492


def ls(call: Call) -> int:
    """ls -l -a -A -1 -h -R -t -r -S -d -i."""
    flags, names = options(call.words, "laA1hRtrSdinFCxpogLHcusT", "w")
    status, rows, folders = 0, [], []
    for name in names or ["."]:
        try:
            node = call.files.stat(call.path(name), follow=not ("l" in flags or "d" in flags) or name.endswith("/"))
        except FileError as failure:
            if call.files.kind(call.path(name), follow=False) == LINK:
                rows.append((name, call.files.stat(call.path(name), follow=False)))
                continue
            call.err(f"ls: cannot access '{name}': {failure}\n" if call.gnu else f"ls: {name}: {failure}\n")
            status = 2 if call.gnu else 1
            continue
        if node.kind == DIRECTORY and "d" not in flags:
            folders.append(name)
        else:
            rows.append((name, node))
    _rows(call, _sorted(rows, flags), flags)
    titled = len(names) > 1 or "R" in flags
    for number, name in enumerate(folders):
        if titled:
            call.out(("\n" if number or rows else "") + f"{name}:\n")
        _folder(call, name, flags)
    return status


def _folder(call: Call, name: str, flags: dict[str, str]) -> None:
    path = call.path(name)
    rows = []
    if "a" in flags:
        rows = [(dots, call.files.stat(f"{path}/{dots}")) for dots in (".", "..")]
    for entry in call.files.names(path):
        if not entry.startswith(".") or "a" in flags or "A" in flags:
            rows.append((entry, call.files.stat(f"{path.rstrip('/')}/{entry}", follow=False)))
    if "l" in flags:
        call.out(f"total {sum(_blocks(node) for _, node in rows)}\n")
    _rows(call, _sorted(rows, flags), flags)
    if "R" in flags:
        for entry, node in rows:
            if node.kind == DIRECTORY and entry not in (".", ".."):
                call.out(f"\n{name.rstrip('/')}/{entry}:\n")
                _folder(call, f"{name.rstrip('/')}/{entry}", flags)


def _sorted(rows: list[tuple[str, Node]], flags: dict[str, str]) -> list[tuple[str, Node]]:
    rows.sort(key=lambda row: row[0])
    if "t" in flags:
        rows.sort(key=lambda row: -row[1].mtime)
    if "S" in flags:
        rows.sort(key=lambda row: -len(row[1].data))
    return rows[::-1] if "r" in flags else rows


def _rows(call: Call, rows: list[tuple[str, Node]], flags: dict[str, str]) -> None:
    end = call.task.fds.get(1)
    if "l" in flags or "n" in flags:
        width = max([len(_size(node, flags)) for _, node in rows] or [0])
        width = width if call.gnu else max(9, width)
        for name, node in rows:
            call.out(_long(call, name, node, flags, width) + "\n")
    elif rows and end is not None and end.is_terminal and "1" not in flags:
        call.out(_columns([name + _mark(node, flags) for name, node in rows]))
    else:
        call.out("".join(f"{name}{_mark(node, flags)}\n" for name, node in rows))


def _columns(names: list[str]) -> str:
    """Down first, then to the right, on 80 columns."""
    width = max(map(len, names)) + 2
    columns = max(1, 80 // width)
    lines = -(-len(names) // columns)
    found = ""
    for line in range(lines):
        row = names[line::lines]
        found += "".join(name.ljust(width) for name in row[:-1]) + row[-1] + "\n"
    return found


def _mark(node: Node, flags: dict[str, str]) -> str:
    if "F" in flags or "p" in flags:
        return (
            "/" if node.kind == DIRECTORY else "*" if "F" in flags and node.kind == FILE and node.mode & 0o111 else ""
        )
    return ""


def _long(call: Call, name: str, node: Node, flags: dict[str, str], width: int) -> str:
    arrow = f" -> {node.target}" if node.kind == LINK else ""
    links = 2 if node.kind == DIRECTORY else 1
    owner = node.owner if "n" not in flags else "0"
    size = _size(node, flags)
    if call.gnu:
        return f"{mode_text(node)} {links} {owner} {owner} {size:>{width}} {ls_time(node.mtime, call.task.clock)} {name}{arrow}"
    return f"{mode_text(node)} {links:>4} {owner:<8} {owner:<8} {size:>{width}} {ls_time(node.mtime, call.task.clock)} {name}{arrow}"


def mode_text(node: Node) -> str:
    """drwxr-xr-x."""
    letters = {DIRECTORY: "d", LINK: "l"}.get(node.kind, "c" if node.target.startswith("dev/") else "-")
    bits = "".join("rwx"[place % 3] if node.mode >> (8 - place) & 1 else "-" for place in range(9))
    return letters + (bits[:8] + ("t" if node.mode & 1 else "T") if node.mode & 0o1000 else bits)


def _size(node: Node, flags: dict[str, str]) -> str:
    size = 4096 if node.kind == DIRECTORY else len(node.target) if node.kind == LINK else len(node.data)
    return human(size) if "h" in flags else str(size)


def human(size: int) -> str:
    """4.0K."""
    value = float(size)
    for unit in ("", "K", "M", "G"):
        if value < 1024 or unit == "G":
            return f"{value:.1f}{unit}" if unit else str(size)
        value /= 1024
    return str(size)


def _blocks(node: Node) -> int:
    return 4 if node.kind == DIRECTORY else 0 if node.kind in (LINK, LIVE) else -(-len(node.data) // 4096) * 4


def stat(call: Call) -> int:
    """stat, stat -c FORMAT."""
    flags, names = options(call.words, "Lft", "c")
    status = 0
    for name in names:
        try:
            node = call.files.stat(call.path(name), follow="L" in flags)
        except FileError as failure:
            call.err(
                f"stat: cannot statx '{name}': {failure}\n" if call.gnu else f"stat: can't stat '{name}': {failure}\n"
            )
            status = 1
            continue
        kind = {DIRECTORY: "directory", LINK: "symbolic link"}.get(
            node.kind, "regular file" if node.data else "regular empty file"
        )
        size = 4096 if node.kind == DIRECTORY else len(node.data)
        seconds = str(stat_time(node.mtime)[1])
        values = {
            "%n": name,
            "%s": str(size),
            "%a": f"{node.mode & 0o7777:o}",
            "%A": mode_text(node),
            "%U": node.owner,
            "%G": node.owner,
            "%F": kind,
            "%Y": seconds,
            "%y": stat_time(node.mtime)[0],
            "%u": "0",
            "%g": "0",
        }
        if "c" in flags:
            text = flags["c"]
            for mark, value in values.items():
                text = text.replace(mark, value)
            call.out(text + "\n")
            continue
        when = stat_time(node.mtime)[0]
        call.out(f"  File: {name}\n  Size: {size:<10}\tBlocks: {_blocks(node) * 2:<10} IO Block: 4096   {kind}\n")
        call.out(
            f"Access: ({node.mode & 0o7777:04o}/{mode_text(node)})  Uid: (    0/{node.owner:>8})   Gid: (    0/{node.owner:>8})\n"
        )
        call.out(f"Access: {when}\nModify: {when}\nChange: {when}\n")
    return status


def du(call: Call) -> int:
    """du -s -h -a."""
    flags, names = options(call.words, "shakmcx", "d")
    for name in names or ["."]:
        found = list(call.files.walk(call.path(name)))
        base = call.path(name).rstrip("/")
        for path, node in reversed(found):
            if ("s" in flags and path.rstrip("/") != base) or (
                node.kind != DIRECTORY and "a" not in flags and path.rstrip("/") != base
            ):
                continue
            size = sum(
                _blocks(one) for other, one in found if other == path or other.startswith(path.rstrip("/") + "/")
            )
            shown = human(size * 1024) if "h" in flags else str(size)
            call.out(f"{shown}\t{name.rstrip('/') + path[len(base) :] if path.rstrip('/') != base else name}\n")
    return 0


def df(call: Call) -> int:
    """df, df -h."""
    flags, names = options(call.words, "hkmPTia")
    title = (
        "Filesystem                Size      Used Available Use% Mounted on"
        if "h" in flags
        else "Filesystem           1K-blocks      Used Available Use% Mounted on"
    )
    call.out(title + "\n")
    wanted = [call.files.at(call.files.resolve(call.path(name)))[0] for name in names]
    for mount in wanted or call.files.mounts:
        in_memory = mount.kind == "tmpfs"
        size = call.land.identity.memory // 1024 if in_memory else (mount.tree.size // 1024 or DISK_KB)
        used = -(-mount.tree.bytes // 1024) + (0 if in_memory or mount.tree.size else DISK_KB // 5)
        source = "overlay" if mount.path == "/" else mount.source
        cells = [size, used, size - used]
        shown = [human(cell * 1024) for cell in cells] if "h" in flags else [str(cell) for cell in cells]
        call.out(f"{source:<20} {shown[0]:>9} {shown[1]:>9} {shown[2]:>9} {used * 100 // size:>3}% {mount.path}\n")
    return 0


def mount(call: Call) -> int:
    """mount, without arguments."""
    if call.words and call.words[0] != "-l":
        return call.fail("permission denied (are you root?)", 1)
    for line in mounts(call.land).splitlines():
        source, path, kind, how, *_ = line.split()
        call.out(f"{source} on {path} type {kind} ({how})\n")
    return 0

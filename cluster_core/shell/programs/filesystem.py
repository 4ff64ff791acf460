"""Programs on files: mkdir, rm, cp, mv, touch, ln, chmod, find and their kin. Source: POSIX, busybox."""

from __future__ import annotations

import re
from dataclasses import replace

from cluster_core.shell.files import DIRECTORY, LINK, FileError, Node, clean
from cluster_core.shell.programs.applet import Call, Usage, options


def each(call: Call, names: list[str], action: object, verb: str) -> int:
    """Carry out `action(path)` for each name; what fails is told and makes the status 1."""
    assert callable(action)
    if not names:
        raise Usage("missing operand")
    status = 0
    for name in names:
        try:
            action(call.path(name))
        except FileError as failure:
            status = call.fail(f"{verb} '{name}': {failure}")
    return status


def mkdir(call: Call) -> int:
    """mkdir, mkdir -p."""
    flags, names = options(call.words, "pv", "m")
    verb = "cannot create directory" if call.gnu else "can't create directory"
    if call.gnu:
        return each(call, names, lambda path: call.files.make_directory(path, call.task.clock, "p" in flags), verb)
    return each(call, names, lambda path: call.files.make_directory(path, call.task.clock, "p" in flags), verb)


def rmdir(call: Call) -> int:
    """rmdir."""

    def remove(path: str) -> None:
        if call.files.stat(path, follow=False).kind != DIRECTORY:
            raise FileError("Not a directory")
        call.files.remove(path)

    _, names = options(call.words, "pv")
    return each(call, names, remove, "failed to remove" if call.gnu else "")


def rm(call: Call) -> int:
    """rm, rm -r, rm -f."""
    flags, names = options(call.words, "rRfivd")
    deep = "r" in flags or "R" in flags or "--recursive" in flags
    if not names:
        if "f" in flags:
            return 0
        raise Usage("missing operand")
    status = 0
    for name in names:
        try:
            path = call.path(name)
            if call.files.stat(path, follow=False).kind == DIRECTORY and not deep:
                raise FileError("Is a directory")
            if clean(path) == "/":
                raise FileError("Device or resource busy")
            for found, _ in reversed(list(call.files.walk(path))):
                call.files.remove(found)
        except FileError as failure:
            if "f" not in flags or str(failure) != "No such file or directory":
                status = call.fail(
                    f"cannot remove '{name}': {failure}" if call.gnu else f"can't remove '{name}': {failure}"
                )
    return status


def cp(call: Call) -> int:
    """cp, cp -r, mv."""
    flags, names = options(call.words, "rRafpvniduLPT", "t")
    moves = call.name == "mv"
    if "t" in flags:
        names.append(flags["t"])
    if len(names) < 2:
        raise Usage("missing file operand" if call.gnu else "missing operand")
    *sources, target = names
    into = call.files.kind(call.path(target)) == DIRECTORY
    if len(sources) > 1 and not into:
        raise Usage(f"target '{target}' is not a directory" if call.gnu else f"'{target}' is not a directory")
    status = 0
    for source in sources:
        goal = f"{call.path(target).rstrip('/')}/{source.rstrip('/').rpartition('/')[2]}" if into else call.path(target)
        try:
            _transfer(call, source, goal, moves, moves or any(flag in flags for flag in "rRa"), "n" in flags)
        except FileError as failure:
            status = call.fail(_transfer_failed(call, source, goal, str(failure), moves))
    return status


def _transfer_failed(call: Call, source: str, goal: str, failure: str, moves: bool) -> str:
    missing = not call.files.exists(call.path(source))
    if call.gnu:
        return (
            f"cannot stat '{source}': {failure}"
            if missing
            else f"cannot {'move' if moves else 'create regular file'} '{goal}': {failure}"
        )
    return (
        f"can't {'rename' if moves else 'stat'} '{source}': {failure}"
        if missing
        else f"can't create '{goal}': {failure}"
    )


def _transfer(call: Call, source: str, goal: str, moves: bool, deep: bool, keeps: bool) -> None:
    files, path = call.files, call.path(source)
    # A link is moved, and copied with a tree, as a link; alone it is what it points to that is copied.
    top = files.stat(path, follow=not deep)
    if keeps and files.exists(goal):
        return
    if top.kind == DIRECTORY and not deep:
        raise FileError("Is a directory" if not call.gnu else "-r not specified; omitting directory")
    if clean(goal) == clean(path) or (top.kind == DIRECTORY and f"{clean(goal)}/".startswith(f"{clean(path)}/")):
        raise FileError("Invalid argument")
    found = list(files.walk(path)) if top.kind == DIRECTORY else [(path, top)]
    for here, node in found:
        there = goal + here[len(path) :]
        if node.kind == DIRECTORY:
            if files.kind(there) != DIRECTORY:
                files.make_directory(there, call.task.clock)
        elif node.kind == LINK:
            if files.exists(there):
                files.remove(there)
            files.link(there, node.target, call.task.clock)
        else:
            data = call.read(here) if here == path else node.data
            files.write(there, data, node.mtime if moves else call.task.clock, node.mode)
    if moves:
        for here, _ in reversed(found):
            files.remove(here)


def touch(call: Call) -> int:
    """touch."""
    flags, names = options(call.words, "camh", "drt")

    def action(path: str) -> None:
        place = call.files.resolve(path)
        node = call.files.look(place)
        if node is None:
            if "c" not in flags:
                call.files.write(path, b"", call.task.clock)
        else:
            call.files.put(place, replace(node, mtime=call.task.clock))

    return each(call, names, action, "cannot touch" if call.gnu else "")


def ln(call: Call) -> int:
    """ln -s; a hard link is a copy here. Real hard links share their content."""
    flags, names = options(call.words, "sfnvrT")
    if not names:
        raise Usage("missing file operand")
    target = names[0]
    goal = call.path(names[1] if len(names) > 1 else target.rpartition("/")[2])
    if call.files.kind(goal, follow="n" not in flags) == DIRECTORY:
        goal = f"{goal.rstrip('/')}/{target.rstrip('/').rpartition('/')[2]}"
    if "f" in flags and call.files.kind(goal, follow=False):
        call.files.remove(goal)
    try:
        if "s" in flags:
            call.files.link(goal, target, call.task.clock)
        else:
            if call.files.exists(goal):
                raise FileError("File exists")
            call.files.put(call.files.resolve(goal), call.files.stat(call.path(target)))
    except FileError as failure:
        return call.fail(
            f"{goal}: {failure}" if not call.gnu else f"failed to create symbolic link '{goal}': {failure}"
        )
    return 0


def chmod(call: Call) -> int:
    """chmod; chown and chgrp only remember the owner."""
    flags, names = options([word for word in call.words if not re.fullmatch(r"-[rwx]+", word)], "Rvfch")
    if len(names) < 2:
        raise Usage("missing operand")
    wanted, *paths = names

    def action(path: str) -> None:
        for here, node in list(call.files.walk(path)) if "R" in flags else [(path, call.files.stat(path))]:
            if call.name == "chmod":
                call.files.change_mode(here, _mode(wanted, node))
            elif call.name == "chown":
                call.files.put(call.files.resolve(here), replace(node, owner=wanted.partition(":")[0] or node.owner))

    return each(call, paths, action, "cannot access" if call.gnu else "")


def _mode(text: str, node: Node) -> int:
    if re.fullmatch(r"[0-7]{1,5}", text):
        return int(text, 8)
    mode = node.mode
    for clause in text.split(","):
        found = re.fullmatch(r"([ugoa]*)([-+=])([rwxXst]*)", clause)
        if found is None:
            raise Usage(f"invalid mode '{text}'")
        who = found[1].replace("a", "ugo") or "ugo"
        bits = sum(
            {"r": 4, "w": 2, "x": 1, "X": 1 if node.mode & 0o111 or node.kind == DIRECTORY else 0}.get(letter, 0)
            for letter in dict.fromkeys(found[3])
        )
        for shift in ({"u": 6, "g": 3, "o": 0}[one] for one in dict.fromkeys(who)):
            if found[2] == "+":
                mode |= bits << shift
            elif found[2] == "-":
                mode &= ~(bits << shift)
            else:
                mode = (mode & ~(7 << shift)) | bits << shift
    return mode


def dd(call: Call) -> int:
    """dd if= of= bs= count=."""
    given = dict(word.partition("=")[::2] for word in call.words)
    size = _size(given.get("bs", "512"))
    count = _size(given["count"]) if "count" in given else None
    limit = size * count if count is not None else 1 << 20
    if given.get("if", "") in ("/dev/zero", "/dev/urandom"):
        data = b"\0" * min(limit, 64 << 20)
    else:
        data = (call.read(given["if"]) if "if" in given else call.stdin())[:limit]
    if "of" in given and given["of"] != "/dev/null":
        call.files.write(call.path(given["of"]), data, call.task.clock)
    elif "of" not in given:
        call.out(data)
    blocks, rest = divmod(len(data), size)
    call.err(f"{blocks}+{int(rest > 0)} records in\n{blocks}+{int(rest > 0)} records out\n")
    call.task.clock += len(data) // 500
    return 0


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d{1,9})([kKMG]?)B?", text)
    if found is None:
        raise Usage(f"invalid number '{text}'")
    return max(1, int(found[1]) * {"": 1, "k": 1024, "K": 1024, "M": 1 << 20, "G": 1 << 30}[found[2]])

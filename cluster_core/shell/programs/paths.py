"""Programs on paths: basename, dirname, realpath, readlink, mktemp."""

from __future__ import annotations

from cluster_core.shell.files import LINK, FileError, parent_of
from cluster_core.shell.programs.applet import Call, Usage, options


def basename(call: Call) -> int:
    """basename and dirname."""
    words = [word for word in call.words if word != "--"]
    if not words:
        raise Usage("missing operand")
    if call.name == "dirname":
        for word in words:
            call.out(
                (parent_of(word.rstrip("/")) if "/" in word.rstrip("/") else "/" if word.startswith("/") else ".")
                + "\n"
            )
        return 0
    found = words[0].rstrip("/").rpartition("/")[2] or "/"
    if len(words) > 1 and found.endswith(words[1]) and found != words[1]:
        found = found[: len(found) - len(words[1])]
    call.out(found + "\n")
    return 0


def realpath(call: Call) -> int:
    """realpath, readlink, readlink -f."""
    flags, names = options(call.words, "fnemqszLP")
    if not names:
        raise Usage("missing operand")
    status = 0
    for name in names:
        path = call.path(name)
        if call.name == "readlink" and not ("f" in flags or "e" in flags or "m" in flags):
            if call.files.kind(path, follow=False) != LINK:
                status = 1
                continue
            call.out(call.files.stat(path, follow=False).target + ("" if "n" in flags else "\n"))
            continue
        try:
            found = call.files.resolve(path)
            if call.name == "realpath" and call.files.look(found) is None and not call.gnu:
                raise FileError("No such file or directory")
            call.out(found + "\n")
        except FileError as failure:
            status = call.fail(f"{name}: {failure}")
    return status


def mktemp(call: Call) -> int:
    """mktemp; the name follows from the time."""
    flags, names = options(call.words, "dqut", "p")
    template = names[0] if names else f"{flags.get('p', '/tmp')}/tmp.XXXXXX"
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    seed = call.task.clock * 1_000 + call.task.pid
    width = len(template) - len(template.rstrip("X"))
    if width < 3:
        raise Usage(f"too few X's in template '{template}'")
    name = template.rstrip("X") + "".join(letters[seed // 52**place * 31 % 52] for place in range(width))
    if "d" in flags:
        call.files.make_directory(call.path(name), call.task.clock)
    else:
        call.files.write(call.path(name), b"", call.task.clock, 0o600)
    call.out(name + "\n")
    return 0

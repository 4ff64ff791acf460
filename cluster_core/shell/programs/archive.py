"""tar: what `kubectl cp` needs. Archives are read and written in memory; nothing of them leaves the container's files.

Source: POSIX ustar. Devices and hard links are left out, `..` never leads out of the target directory.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib

from cluster_core.api.timestamp import unix_nanoseconds
from cluster_core.shell.files import DIRECTORY, FILE_MAX, LINK, FileError, Node, clean
from cluster_core.shell.patterns import matches
from cluster_core.shell.programs.applet import Call, Usage

ENTRIES_MAX, INFLATED_MAX = 4_000, 16 << 20


def tar(call: Call) -> int:
    """tar c, x, t with f, z, C, v, m, p, --strip-components, --exclude, -T is not known."""
    mode, archive, folder, flags, names, long = _read_words(call)
    try:
        if mode == "c":
            return _create(call, archive, folder, flags, names, long)
        data = call.stdin() if archive == "-" else call.read(archive)
        return _extract(call, _inflated(data), folder, flags, names, long, mode == "t")
    except FileError as failure:
        return call.fail(
            f"can't open '{archive}': {failure}" if not call.gnu else f"{archive}: Cannot open: {failure}", 2
        )
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError):
        return call.fail("This does not look like a tar archive" if call.gnu else "invalid tar magic", 2)


def _read_words(call: Call) -> tuple[str, str, str, str, list[str], dict[str, str]]:
    mode, archive, folder, flags = "", "-", call.task.directory, ""
    names: list[str] = []
    long: dict[str, str] = {}
    words = list(call.words)
    if words and not words[0].startswith("-"):
        words[0] = "-" + words[0]
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, _, value = word.partition("=")
            long[name] = value
            if name == "--directory":
                folder = call.path(value or (words.pop(0) if words else "."))
        elif word.startswith("-") and len(word) > 1:
            for letter in word[1:]:
                if letter in "cxt":
                    mode = letter
                elif letter == "f":
                    archive = words.pop(0) if words else "-"
                elif letter == "C":
                    folder = call.path(words.pop(0) if words else ".")
                else:
                    flags += letter
        else:
            names.append(word)
    if not mode:
        raise Usage(
            "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
            if call.gnu
            else "no operation given",
            2,
        )
    if call.files.kind(folder) != DIRECTORY:
        raise Usage(
            f"{folder}: Cannot open: No such file or directory"
            if call.gnu
            else f"can't change directory to '{folder}': No such file or directory",
            2,
        )
    return mode, archive, folder, flags, names, long


def _inflated(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    found = zlib.decompressobj(wbits=31).decompress(data, INFLATED_MAX)
    if len(found) >= INFLATED_MAX:
        raise ValueError("too big")
    return found


def _create(call: Call, archive: str, folder: str, flags: str, names: list[str], long: dict[str, str]) -> int:
    buffer, status = io.BytesIO(), 0
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as out:
        for name in names:
            top = name if name.startswith("/") else f"{folder.rstrip('/')}/{name}"
            if name.startswith("/"):
                call.err(
                    "tar: removing leading '/' from member names\n"
                    if not call.gnu
                    else "tar: Removing leading `/' from member names\n"
                )
            try:
                for path, node in call.files.walk(top.rstrip("/") or "/"):
                    inside = (name.rstrip("/") or ".") + path[len(top.rstrip("/")) :]
                    if "--exclude" in long and matches(long["--exclude"], inside.rpartition("/")[2]):
                        continue
                    _add(out, inside, node, call.read(path) if node.kind not in (DIRECTORY, LINK) else b"")
                    if "v" in flags:
                        (call.err if archive == "-" else call.out)(inside + "\n")
            except FileError as failure:
                status = call.fail(
                    f"{name}: {failure}" if not call.gnu else f"{name}: Cannot stat: {failure}",
                    1 if not call.gnu else 2,
                )
    data = buffer.getvalue()
    if "z" in flags:
        data = gzip.compress(data, mtime=0)
    if archive == "-":
        call.out(data)
    else:
        call.files.write(call.path(archive), data, call.task.clock)
    return status


def _add(out: tarfile.TarFile, name: str, node: Node, data: bytes) -> None:
    info = tarfile.TarInfo(name.lstrip("/") or ".")
    info.mode, info.mtime, info.uname, info.gname = (
        node.mode,
        unix_nanoseconds(node.mtime) // 1_000_000_000,
        node.owner,
        node.owner,
    )
    if node.kind == DIRECTORY:
        info.type = tarfile.DIRTYPE
    elif node.kind == LINK:
        info.type, info.linkname = tarfile.SYMTYPE, node.target
    else:
        info.size = len(data)
    out.addfile(info, io.BytesIO(data))


def _extract(
    call: Call, data: bytes, folder: str, flags: str, names: list[str], long: dict[str, str], lists: bool
) -> int:
    strip = int(long.get("--strip-components", "0")[:3] or 0) if long.get("--strip-components", "0").isdigit() else 0
    wanted = [name.rstrip("/") for name in names]
    count = 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:
            count += 1
            if count > ENTRIES_MAX or member.size > FILE_MAX:
                raise FileError("No space left on device")
            name = member.name
            if wanted and not any(name == one or name.startswith(one + "/") for one in wanted):
                continue
            if lists or "v" in flags:
                call.out(name + ("/" if member.isdir() else "") + "\n")
            if not lists:
                _put(
                    call,
                    archive,
                    member,
                    folder,
                    "/".join(name.strip("/").split("/")[strip:]),
                    "--to-stdout" in long or "O" in flags,
                )
    return 0


def _put(call: Call, archive: tarfile.TarFile, member: tarfile.TarInfo, folder: str, name: str, shown: bool) -> None:
    if not name or ".." in name.split("/"):
        return
    place = clean(f"{folder}/{name}")
    files, now = call.files, call.task.clock
    parent = place.rpartition("/")[0] or "/"
    if files.kind(parent) != DIRECTORY:
        files.make_directory(parent, now, parents_too=True)
    if member.isdir():
        if files.kind(place) != DIRECTORY:
            files.make_directory(place, now)
    elif member.issym():
        if files.kind(place, follow=False):
            files.remove(place)
        files.link(place, member.linkname, now)
    elif member.isfile():
        source = archive.extractfile(member)
        data = source.read(FILE_MAX) if source is not None else b""
        if shown:
            call.out(data)
        else:
            files.write(place, data, now, member.mode & 0o777 or 0o644)

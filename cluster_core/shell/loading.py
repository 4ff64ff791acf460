"""From the name of a command to a program that runs: PATH, permissions, scripts with #!, applets of busybox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_core.shell.executables import ELF, SHELLS
from cluster_core.shell.files import DIRECTORY, FileError

if TYPE_CHECKING:
    from cluster_core.shell.state import Memory
    from cluster_core.shell.task import Body
    from cluster_core.shell.userland import Userland

# How programs are started that an image is made for, beside paths: what these names do is the image's behaviour.
RUNNERS = (
    "python python3 node npm npx yarn java ruby bundle rails php php-fpm gunicorn uvicorn celery flask go dotnet nginx httpd catalina.sh "
    "apache2-foreground redis-server mongod mysqld postgres rabbitmq-server docker-entrypoint.sh streamlit deno bun cargo elixir mix"
)
DEPTH_MAX = 4


class NotRunnable(Exception):
    """A command that does not start; `status` is 127 (not found) or 126."""

    def __init__(self, name: str, reason: str, status: int) -> None:
        super().__init__(name, reason, status)
        self.name = name
        self.reason = reason
        self.status = status

    def told(self, flavour: str) -> str:
        """What the shell says."""
        if self.reason == "not found" and flavour == "bash":
            return f"{self.name}: {'No such file or directory' if '/' in self.name else 'command not found'}"
        return f"{self.name}: {self.reason}"


def _is_application(name: str) -> bool:
    return "/" in name or name in RUNNERS.split()


def locate(land: Userland, directory: str, name: str, path: str) -> str | None:
    """The file that a command name means, None if there is none."""
    if "/" in name:
        full = name if name.startswith("/") else f"{directory.rstrip('/')}/{name}"
        return full if land.files.exists(full) else None
    for folder in path.split(":")[:64]:
        full = f"{folder or directory}/{name}"
        if land.files.exists(full) and land.files.kind(full) != DIRECTORY:
            return full
    return None


def load(
    land: Userland, directory: str, argv: list[str], path: str, environment: dict[str, str], depth: int = 0
) -> tuple[Body, list[str]]:
    """The program of a command line and the arguments it gets; raises `NotRunnable`."""
    name = argv[0]
    full = locate(land, directory, name, path) if name else None
    if full is None and name and land.application.named and _is_application(name):
        from cluster_core.shell.programs.serving import Server
        from cluster_core.shell.programs.sockets import Listener

        land.note(f"?{name}")
        return (Listener() if "http.server" in argv else Server()), argv
    if full is None:
        land.note(name if is_known(name) else f"?{name}")
        raise NotRunnable(name, "not found", 127)
    try:
        node = land.files.stat(full)
    except FileError:
        raise NotRunnable(name, "not found", 127) from None
    if node.kind == DIRECTORY or not node.mode & 0o111:
        raise NotRunnable(name, "Permission denied", 126)
    if node.data.startswith(ELF):
        program = node.data[len(ELF) :].split(b"\n")[0].decode()
        return _program(land, program, name.rpartition("/")[2], argv, environment), argv
    return _script(land, directory, argv[0] if "/" in name else full, node.data, argv, path, environment, depth)


def _script(
    land: Userland,
    directory: str,
    full: str,
    data: bytes,
    argv: list[str],
    path: str,
    environment: dict[str, str],
    depth: int,
) -> tuple[Body, list[str]]:
    first = data.split(b"\n", 1)[0].decode("utf-8", "replace")
    words = first[2:].split(maxsplit=1) if first.startswith("#!") else ["/bin/sh"]
    if not words or depth >= DEPTH_MAX:
        raise NotRunnable(argv[0], "not found", 127)
    return load(land, directory, [*words, full, *argv[1:]], path, environment, depth + 1)


def _program(land: Userland, program: str, called: str, argv: list[str], environment: dict[str, str]) -> Body:
    from cluster_core.shell import programs

    if program == "busybox":
        if called == "busybox" and len(argv) > 1:
            argv.pop(0)
            called = argv[0]
        program = called
    land.note(program if is_known(program) else f"?{program}")
    if program in SHELLS:
        return shell_of(argv, environment, program if program != "sh" else flavour_of_sh(land))
    return programs.body(program, argv, land)


def is_known(name: str) -> bool:
    """Whether somebody has written the program that a name or path means."""
    from cluster_core.shell.programs import known

    bare = name.rpartition("/")[2]
    return bare in SHELLS or bare == "busybox" or known(bare)


def flavour_of_sh(land: Userland) -> str:
    """Which shell /bin/sh is."""
    return "dash" if land.identity.flavour == "debian" else "busybox"


def shell_of(argv: list[str], environment: dict[str, str], flavour: str) -> Body:
    """A shell with its arguments: `-c script`, a file, or standard input."""
    # The shell is loaded when a container runs one.
    from cluster_core.shell.compiler import compile_script
    from cluster_core.shell.machine import Shell
    from cluster_core.shell.prompt import READING, Reading, syntax_told
    from cluster_core.shell.state import Memory
    from cluster_core.shell.syntax import ShellSyntaxError

    flavour = "busybox" if flavour in ("ash", "busybox") else flavour
    memory = Memory(variables=dict(environment), exported=dict.fromkeys(environment), name=argv[0])
    memory.variables.setdefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    rest, command = _options(argv[1:], memory)
    shell = Shell(READING, memory)
    if command and rest:
        text, *arguments = rest
        memory.name = arguments[0] if arguments else argv[0]
        memory.arguments = arguments[1:]
        try:
            shell = Shell(compile_script(text), memory)
        except ShellSyntaxError as fault:
            shell = Shell(syntax_told(fault, memory.name, flavour, command=True), memory)
    elif rest:
        memory.name, memory.arguments = rest[0], rest[1:]
        shell = Reading(READING, memory, rest[0])
    shell.flavour = flavour
    return shell


def _options(words: list[str], memory: Memory) -> tuple[list[str], bool]:
    """-c, -e, -x, -o pipefail, -i, -l … of a shell."""
    names = {"e": "errexit", "x": "xtrace", "u": "nounset", "f": "noglob", "i": "interactive", "a": "allexport"}
    command = False
    while words and words[0][:1] in "-+" and len(words[0]) > 1 and words[0] != "--":
        word, *words = words
        if word.startswith("--"):
            continue
        for letter in word[1:]:
            if letter == "o" and words:
                memory.options[words.pop(0)] = word[0] == "-"
            elif letter in names:
                memory.options[names[letter]] = word[0] == "-"
            command |= letter == "c"
    return (words[1:] if words[:1] == ["--"] else words), command

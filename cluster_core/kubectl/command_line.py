"""Command lines of kubectl: words, a here-document, flags. Upstream: spf13/cobra and spf13/pflag, whose words the errors are."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from cluster_core.kubectl.conversation import KubectlError

HERE_DOCUMENT = re.compile(r"<<-?\s*(['\"]?)(\w+)\1[^\n]*\n(.*?)(?:^\2\s*\Z|\Z)", re.DOTALL | re.MULTILINE)
# The signs that Chinese input methods type for quotes and colons.
FULL_WIDTH = {"“": '"', "”": '"', "‘": "'", "’": "'", "－": "-", "　": " "}


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. kind: bool, text, list (may be repeated, values with commas), texts (repeated as they are), number, duration (s)."""

    name: str
    short: str = ""
    kind: str = "text"
    default: str = ""
    # What the flag stands for when it is given without a value, as `--dry-run` and `--cascade` may be; "" if it needs one.
    bare: str = ""


@dataclass(slots=True)
class Arguments:
    """What was given: words without flags, the flags' values, and what came behind `--`."""

    words: list[str]
    values: dict[str, list[str]] = field(default_factory=dict)
    behind: list[str] | None = None
    flags: dict[str, Flag] = field(default_factory=dict)

    def given(self, name: str) -> bool:
        """Whether a flag was given."""
        return name in self.values

    def text(self, name: str) -> str:
        """The value of a flag, or its default."""
        found = self.values.get(name)
        return found[-1] if found else self.flags[name].default

    def flag(self, name: str) -> bool:
        """Whether a flag is on."""
        return self.text(name) in ("true", "1", "t", "T", "True", "TRUE")

    def list(self, name: str) -> list[str]:
        """Every value of a flag that may be repeated."""
        found = self.values.get(name, [])
        if self.flags[name].kind == "texts":
            return found
        return [part for value in found for part in value.split(",")]

    def number(self, name: str) -> int:
        """A number."""
        return int(self.text(name) or 0)


COMMON = (
    Flag("namespace", "n"),
    Flag("context"),
    Flag("kubeconfig"),
    Flag("as"),
    Flag("as-group", kind="texts"),
    Flag("as-uid"),
    Flag("cluster"),
    Flag("user"),
    Flag("server", "s"),
    Flag("token"),
    Flag("cache-dir"),
    Flag("insecure-skip-tls-verify", kind="bool"),
    Flag("request-timeout", default="0"),
    Flag("v", "v", default="0"),
    Flag("help", "h", kind="bool"),
    Flag("warnings-as-errors", kind="bool"),
)


def split(line: str) -> tuple[list[str], str]:
    """The words of a line, and what a here-document or `echo … |` would have put into stdin."""
    stdin = ""
    found = HERE_DOCUMENT.search(line)
    if found is not None:
        line, stdin = line[: found.start()] + " " + line[found.end() :], found[3].removesuffix("\n")
        stdin += "\n" if stdin else ""
    for sign, meant in FULL_WIDTH.items():
        line = line.replace(sign, meant)
    try:
        words = shlex.split(line.replace("\\\n", " "), comments=True)
    except ValueError as error:
        raise KubectlError(f"error: {str(error)[:1].lower()}{str(error)[1:]}") from error
    return words, stdin


def parse(verb: str, words: list[str], own: tuple[Flag, ...]) -> Arguments:
    """Sort words and flags. KubectlError in cobra's words for a flag that does not exist or lacks its value."""
    flags = {flag.name: flag for flag in (*COMMON, *own)}
    short = {flag.short: flag for flag in flags.values() if flag.short}
    found = Arguments([], flags=flags)
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            found.behind = rest
            break
        if word.startswith("--"):
            _long(verb, word, rest, found)
        elif word.startswith("-") and len(word) > 1 and not word[1].isdigit():
            _short(verb, word, rest, short, found)
        else:
            found.words.append(word)
    return found


def _long(verb: str, word: str, rest: list[str], found: Arguments) -> None:
    name, equals, value = word[2:].partition("=")
    flag = found.flags.get(name)
    if flag is None:
        raise KubectlError(f"error: unknown flag: --{name}\nSee 'kubectl {verb} --help' for usage.")
    if not equals:
        if flag.kind == "bool":
            value = "true"
        elif flag.bare:
            value = flag.bare
        elif rest:
            value = rest.pop(0)
        else:
            raise KubectlError(f"error: flag needs an argument: --{name}\nSee 'kubectl {verb} --help' for usage.")
    _keep(verb, flag, value, f"--{name}", found)


def _short(verb: str, word: str, rest: list[str], short: dict[str, Flag], found: Arguments) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = short.get(letter)
        if flag is None:
            where = f"in {word}\nSee 'kubectl {verb} --help' for usage."
            raise KubectlError(f"error: unknown shorthand flag: '{letter}' {where}")
        if flag.kind == "bool":
            value = "true"
            if letters.startswith("="):
                value, letters = letters[1:], ""
        elif letters:
            value, letters = letters.removeprefix("="), ""
        elif rest:
            value = rest.pop(0)
        else:
            where = f"in {word}\nSee 'kubectl {verb} --help' for usage."
            raise KubectlError(f"error: flag needs an argument: '{letter}' {where}")
        _keep(verb, flag, value, f"-{letter}, --{flag.name}", found)


def _keep(verb: str, flag: Flag, value: str, shown: str, found: Arguments) -> None:
    wrong = ""
    if flag.kind == "number" and not re.fullmatch(r"-?\d{1,18}", value):
        wrong = f'strconv.ParseInt: parsing "{value}": invalid syntax'
    if flag.kind == "bool" and value.lower() not in ("true", "false", "1", "0", "t", "f"):
        wrong = f'strconv.ParseBool: parsing "{value}": invalid syntax'
    if flag.kind == "duration" and duration(value) is None:
        wrong = f'time: invalid duration "{value}"'
    if wrong:
        text = f'invalid argument "{value}" for "{shown}" flag: {wrong}'
        raise KubectlError(f"error: {text}\nSee 'kubectl {verb} --help' for usage.")
    found.values.setdefault(flag.name, []).append(value)


UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def duration(text: str) -> float | None:
    """Seconds of a Go duration such as "1m30s" (kubectl also takes a bare number of seconds); None if it is none."""
    sign, rest = (-1.0, text[1:]) if text.startswith("-") else (1.0, text)
    if re.fullmatch(r"\d{1,12}", rest):
        return sign * int(rest)
    if not rest or _PART.sub("", rest):
        return None
    return sign * sum(float(number) * UNITS[unit] for number, unit in _PART.findall(rest))

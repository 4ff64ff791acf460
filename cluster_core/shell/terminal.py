"""A terminal: echo, a line to edit, the keys that send signals. Source: termios(3), canonical mode."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_core.shell.descriptors import READ_MAX, Descriptor, Kernel, Sink

ERASE, KILL_LINE, INTERRUPT, END, QUIT = (8, 127), 21, 3, 4, 28
LINE_MAX = 4096


@dataclass(slots=True, eq=False)
class Terminal(Descriptor):
    """Both sides of a pseudo-terminal. `line` is being typed; `lines` can be read; `signals` wait for the tasks in front.

    Real busybox edits with cursor keys and has a history; here a line is edited at its end only.
    """

    sink: Sink
    rows: int = 24
    columns: int = 80
    line: bytes = b""
    lines: bytes = b""
    hung_up: bool = False
    ends: int = 0
    at: int = 0
    # What the shell that is typed to has shown before the line.
    prompt: bytes = b""
    signals: list[int] = field(default_factory=list)
    is_terminal = True

    def type(self, data: bytes, at: int) -> None:
        """Keys were pressed."""
        self.at = at
        skip = 0
        for index, key in enumerate(data):
            if skip:
                skip -= 1
            elif key == 0x1B and data[index + 1 : index + 2] in (b"[", b"O"):
                skip = 2
            else:
                self._key(key, at)

    def resize(self, columns: int, rows: int, at: int) -> None:
        """Its window has another size: a shell that waits for a command shows its line again, as editors of lines do on SIGWINCH."""
        if (columns, rows) == (self.columns, self.rows):
            return
        self.columns, self.rows = columns, rows
        if self.prompt:
            self._echo(b"\r" + self.prompt + self.line, at)

    def _key(self, key: int, at: int) -> None:
        if key in (10, 13):
            self._echo(b"\r\n", at)
            self.lines += self.line + b"\n"
            self.line = self.prompt = b""
        elif key in ERASE:
            self._erase(at)
        elif key == KILL_LINE:
            while self.line:
                self._erase(at)
        elif key in (INTERRUPT, QUIT):
            self._echo(b"^C" if key == INTERRUPT else b"^\\", at)
            self.line = b""
            self.signals.append(2 if key == INTERRUPT else 3)
        elif key == END:
            self.lines, self.line, self.ends = self.lines + self.line, b"", self.ends + (not self.line)
        elif len(self.line) < LINE_MAX and (key >= 32 or key == 9):
            self.line += bytes([key])
            self._echo(bytes([key]), at)

    def _erase(self, at: int) -> None:
        if not self.line:
            return
        # One character, which may be several bytes.
        kept = self.line.decode("utf-8", "replace")[:-1].encode("utf-8", "replace")
        self.line = self.line[: min(len(kept), len(self.line) - 1)]
        self._echo(b"\b \b", at)

    def _echo(self, data: bytes, at: int) -> None:
        self.sink.accept(at, 1, data)

    def hang_up(self) -> None:
        """The other side is gone."""
        self.hung_up = True

    def read(self, kernel: Kernel, limit: int = READ_MAX) -> bytes | None:
        """A line that was ended by Enter or ^D."""
        end = self.lines.find(b"\n") + 1 or len(self.lines)
        found, self.lines = self.lines[: min(end, limit)], self.lines[min(end, limit) :]
        if found:
            return found
        if self.ends:
            self.ends -= 1
            return b""
        return b"" if self.hung_up else None

    def unread(self, data: bytes) -> None:
        """Put back."""
        self.lines = data + self.lines

    def readable(self, kernel: Kernel) -> bool:
        """Whether a line, an end or a hang-up is there."""
        return bool(self.lines) or self.ends > 0 or self.hung_up

    def write(self, kernel: Kernel, data: bytes, at: int) -> None:
        """Show; a newline becomes CR LF."""
        self.sink.accept(at, 1, data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    @property
    def since(self) -> int:
        """When a key was pressed last."""
        return self.at

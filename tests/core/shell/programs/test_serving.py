"""The program that an image is made for, started by a script."""

from __future__ import annotations

from dataclasses import replace

from cluster_core.shell.userland import Application
from tests.core.shell.container import Container


def served(script: str, **course: object) -> Container:
    container = Container("debian")
    container.land.application = replace(
        Application(ports=(80,), ready_us=500_000, term_us=100_000, named=True), **course
    )  # type: ignore[arg-type]
    container.start(["sh", "-c", script])
    container.run(seconds=30)
    return container


def test_it_serves_until_it_is_stopped() -> None:
    container = served("echo up; exec /app/server --port 80", logs=("ready",))
    assert (container.written.out, container.status, list(container.land.listening)) == (b"up\nready\n", None, [80])
    container.land.kill(1, 15, container.now)
    container.run(seconds=5)
    assert container.status == 0


def test_a_job_ends() -> None:
    assert served("python /app/job.py && echo done", exits_after=5_000_000).written.out == b"done\n"
    assert served("npm run migrate", exits_after=1_000_000, exit_code=3).status == 3


def test_an_unknown_word_is_not_found() -> None:
    assert served("frobnicate").status == 127

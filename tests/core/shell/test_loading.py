"""PATH, scripts with #!, permissions, applets."""

from __future__ import annotations

import pytest

from tests.core.shell.container import out

ROWS = [
    ("printf '#!/bin/sh\\necho $0 $1\\n' > /s; chmod +x /s; /s a", "/s a\n"),
    ("busybox echo hi", "hi\n"),
    ("mkdir /b; cp /bin/busybox /b/echo; PATH=/b; echo found; /b/echo x", "found\nx\n"),
    ("echo 'echo sh' > /s; sh /s", "sh\n"),
    ('set -- ; sh -ec "false; echo never"; echo $?', "1\n"),
]


@pytest.mark.parametrize(("script", "expected"), ROWS)
def test_scripts(script: str, expected: str) -> None:
    assert out(script) == expected

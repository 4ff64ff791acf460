"""The page behind the Service kubernetes-dashboard: it leads to the explorer, which is the dashboard of a simulated cluster."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

FLAG = "--explorer="
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>kubernetes-dashboard</title>
{refresh}</head>
<body>
<h1>kubernetes-dashboard</h1>
<p>The dashboard of this simulated cluster is Orrery: workloads, pods, logs, resources, and why each of them is as it is.</p>
<p>{link}</p>
</body>
</html>
"""


def page(arguments: Iterable[str]) -> bytes:
    """The page of a container that was started with these arguments; without an address it says where to look."""
    address = next((one.removeprefix(FLAG) for one in arguments if one.startswith(FLAG)), "")
    if not address.startswith(("http://", "https://")):
        return PAGE.format(refresh="", link="Open the page of the run that this cluster is of.").encode()
    quoted = escape(address)
    refresh = f'<meta http-equiv="refresh" content="3; url={quoted}">\n'
    return PAGE.format(refresh=refresh, link=f'<a href="{quoted}">{quoted}</a>').encode()

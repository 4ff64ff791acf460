"""The address of a file names its version."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from explorer.static_files import version


def test_the_address_names_the_version() -> None:
    shown = Template("{% load versioned %}{% versioned 'explorer/app.js' %}").render(Context())
    assert shown == f"/static/explorer/app.js?v={version('explorer/app.js')}"


def test_a_file_that_is_not_there_is_a_mistake_of_the_page() -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        Template("{% load versioned %}{% versioned 'explorer/nothing.js' %}").render(Context())

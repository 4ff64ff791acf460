"""`{% versioned "explorer/app.js" %}`: the address of a static file with its version in it, so that browsers may keep it."""

from __future__ import annotations

from django import template
from django.templatetags.static import static

from explorer.static_files import version

register = template.Library()


@register.simple_tag
def versioned(name: str) -> str:
    """Where this version of the file is."""
    return f"{static(name)}?v={version(name)}"

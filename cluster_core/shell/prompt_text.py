"""The sentence for a text that cannot be parsed, where no place in a file is known (eval, traps)."""

from cluster_core.shell.syntax import ShellSyntaxError, UnexpectedEnd


def syntax_text(fault: ShellSyntaxError) -> str:
    """As ash says it."""
    if fault.message:
        return f"syntax error: {fault.message}"
    token = "end of file" if isinstance(fault, UnexpectedEnd) else fault.token
    return (
        f"syntax error: unexpected {token}"
        if token in ("newline", "end of file")
        else f'syntax error: unexpected "{token}"'
    )

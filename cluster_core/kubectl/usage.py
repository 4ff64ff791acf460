"""kubectl help: which verbs there are, which flags they take, and what may have been meant. Upstream: spf13/cobra, `k8s.io/kubectl/pkg/util/templates`.

Real Kubernetes' kubectl has examples and a sentence for each flag.
"""

from __future__ import annotations

from cluster_core.kubectl.command_line import COMMON, Flag
from cluster_core.kubectl.verbs import CLOSEST, VERBS

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Basic Commands (Beginner):", ("create", "expose", "run", "set")),
    ("Basic Commands (Intermediate):", ("explain", "get", "edit", "delete")),
    ("Deploy Commands:", ("rollout", "scale", "autoscale")),
    (
        "Cluster Management Commands:",
        ("certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint"),
    ),
    (
        "Troubleshooting and Debugging Commands:",
        ("describe", "logs", "attach", "exec", "port-forward", "proxy", "cp", "auth", "debug", "events"),
    ),
    ("Advanced Commands:", ("diff", "apply", "patch", "replace", "wait", "kustomize")),
    ("Settings Commands:", ("label", "annotate", "completion")),
    ("Other Commands:", ("api-resources", "api-versions", "config", "plugin", "version", "options")),
)
FAMILIES = {
    "create": "Create an object from a manifest or from flags.",
    "create secret": "Create a Secret of a type.",
    "create service": "Create a Service of a type.",
    "set": "Change a feature of objects.",
    "rollout": "Tell and steer the rollout of a workload.",
    "certificate": "Decide about certificate signing requests.",
    "top": "CPU and memory that are used.",
    "auth": "What one may do, and who one is.",
    "config": "The context and its namespace.",
    "edit": "Edit an object: not in this terminal.",
    "port-forward": "Forward a port: not in this terminal.",
    "proxy": "Run a proxy: not in this terminal.",
    "cp": "Copy files: not in this terminal.",
    "debug": "Debug a pod or a node: not in this terminal.",
    "kustomize": "Build a kustomization: not in this terminal.",
    "completion": "Completion: the Tab key.",
    "plugin": "Plugins: not in this terminal.",
    "options": "The flags that every command takes.",
}
# Where cobra prints the help of a family without a verb, and the exit code that kubectl has then.
TO_STDOUT = {"rollout": 1, "certificate": 0}
DISTANCE_MAX = 2


def commands() -> list[str]:
    """The first words of all commands, in kubectl's order."""
    return [name for _, names in GROUPS for name in names]


def everything() -> str:
    """What `kubectl` alone prints."""
    lines = ["kubectl controls the Kubernetes cluster manager."]
    for title, names in GROUPS:
        lines += ["", title, *(f"  {name:<15} {_purpose(name)}" for name in names)]
    lines += ["", "Usage:", "  kubectl [flags] [options]", ""]
    lines += [
        'Use "kubectl <command> --help" for more information about a given command.',
        'Use "kubectl options" for a list of global command-line options (applies to all commands).',
    ]
    return "\n".join(lines)


def members(parent: str) -> list[str]:
    """The verbs below a word: status, history … of rollout; what has other names comes once."""
    below = [name[len(parent) + 1 :].partition(" ")[0] for name in VERBS if name.startswith(parent + " ")]
    return list(dict.fromkeys(below))


def family(parent: str) -> str:
    """The verbs that begin with some words."""
    names = members(parent)
    width = max(len(name) for name in names) + 2
    lines = [FAMILIES.get(parent, f"What kubectl {parent} can do."), "", "Available Commands:"]
    lines += [f"  {name:<{width}}{_purpose(f'{parent} {name}')}" for name in names]
    lines += ["", "Usage:", f"  kubectl {parent} SUBCOMMAND [options]", ""]
    lines.append(f'Use "kubectl {parent} <command> --help" for more information about a given command.')
    return "\n".join(lines)


def of_verb(name: str) -> str:
    """What a verb is for and which flags it takes."""
    verb = VERBS[name]
    lines = [(verb.run.__doc__ or "").strip(), "", "Usage:", f"  kubectl {name} [options]"]
    if verb.flags:
        lines += ["", "Options:", *(_flag(flag) for flag in sorted(verb.flags, key=lambda flag: flag.name))]
    return "\n".join([*lines, "", 'Use "kubectl options" for a list of global command-line options.'])


def options() -> str:
    """The flags that every command takes."""
    return "\n".join(["The following options can be passed to any command:", "", *(_flag(flag) for flag in COMMON)])


def suggestions(typed: str) -> list[str]:
    """What may have been meant: commands a few letters away, or that begin so."""
    near = [name for name in commands() if _distance(typed.lower(), name) <= DISTANCE_MAX]
    return list(dict.fromkeys([*near, *(name for name in commands() if name.startswith(typed.lower()))]))


def _purpose(name: str) -> str:
    if name in FAMILIES:
        return FAMILIES[name]
    verb = VERBS.get(name)
    if verb is None:
        return CLOSEST.get(name, "")
    return (verb.run.__doc__ or "").strip().partition("\n")[0]


def _flag(flag: Flag) -> str:
    short = f"-{flag.short}, " if flag.short else "    "
    empty = {"bool": "false", "list": "[]", "texts": "[]", "number": "0"}.get(flag.kind, "''")
    return f"    {short}--{flag.name}={flag.default or empty}"


def _distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for index, sign in enumerate(one, 1):
        previous, row[0] = row[0], index
        for place, found in enumerate(other, 1):
            previous, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, previous + (sign != found))
    return row[-1]

"""The verbs of the terminal's kubectl, by name; a verb of two words stands under both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster_core.kubectl import generators
from cluster_core.kubectl.command_line import Arguments, Flag
from cluster_core.kubectl.conversation import Talk, Terminal
from cluster_core.kubectl.verbs import (
    apply,
    certificate,
    config,
    create,
    delete,
    describe,
    diff,
    events,
    exec,
    explain,
    get,
    label,
    last_applied,
    logs,
    node,
    patch,
    reconcile,
    replace,
    rollout,
    run,
    scale,
    server,
    set,
    top,
    wait,
)


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what carries it out and which flags it takes."""

    run: Callable[[Terminal, Arguments], Talk]
    flags: tuple[Flag, ...] = ()


VERBS: dict[str, Verb] = {
    "get": Verb(get.get, get.FLAGS),
    "describe": Verb(describe.describe, describe.FLAGS),
    "create": Verb(create.from_file, create.FROM_FILE),
    "create namespace": Verb(create.maker("namespaces", generators.namespace), create.COMMON),
    "create ns": Verb(create.maker("namespaces", generators.namespace), create.COMMON),
    "create deployment": Verb(create.maker("deployments", generators.deployment), create.IMAGES),
    "create deploy": Verb(create.maker("deployments", generators.deployment), create.IMAGES),
    "create configmap": Verb(create.maker("configmaps", generators.config_map), create.LITERALS),
    "create cm": Verb(create.maker("configmaps", generators.config_map), create.LITERALS),
    "create secret generic": Verb(create.maker("secrets", generators.secret, "secret generic"), create.LITERALS),
    "create secret docker-registry": Verb(
        create.maker("secrets", generators.registry_secret, "secret docker-registry"), create.REGISTRIES
    ),
    "create secret tls": Verb(create.maker("secrets", generators.tls_secret, "secret tls"), create.TLS),
    "create serviceaccount": Verb(create.maker("serviceaccounts", generators.service_account), create.COMMON),
    "create sa": Verb(create.maker("serviceaccounts", generators.service_account), create.COMMON),
    "create service clusterip": Verb(
        create.maker("services", generators.service("ClusterIP"), "service clusterip"), create.PORTS
    ),
    "create service nodeport": Verb(
        create.maker("services", generators.service("NodePort"), "service nodeport"), create.PORTS
    ),
    "create service loadbalancer": Verb(
        create.maker("services", generators.service("LoadBalancer"), "service loadbalancer"), create.PORTS
    ),
    "create service externalname": Verb(
        create.maker("services", generators.service("ExternalName"), "service externalname"), create.PORTS
    ),
    "create job": Verb(create.job, create.JOBS),
    "create cronjob": Verb(create.maker("cronjobs", generators.cron_job), create.JOBS),
    "create role": Verb(create.maker("roles", generators.role), create.RULES),
    "create clusterrole": Verb(create.maker("clusterroles", generators.cluster_role), create.RULES),
    "create rolebinding": Verb(create.maker("rolebindings", generators.binding), create.SUBJECTS),
    "create clusterrolebinding": Verb(create.maker("clusterrolebindings", generators.binding), create.SUBJECTS),
    "create quota": Verb(create.maker("resourcequotas", generators.quota, "quota"), create.QUOTAS),
    "create poddisruptionbudget": Verb(create.maker("poddisruptionbudgets", generators.budget), create.BUDGETS),
    "create pdb": Verb(create.maker("poddisruptionbudgets", generators.budget), create.BUDGETS),
    "create priorityclass": Verb(
        create.maker("priorityclasses", generators.priority_class, "priorityclass"), create.PRIORITIES
    ),
    "create ingress": Verb(create.maker("ingresses", generators.ingress, "ingress"), create.INGRESSES),
    "create token": Verb(create.token, create.TOKENS),
    "run": Verb(run.run, run.RUN),
    "expose": Verb(run.expose, run.EXPOSE),
    "set image": Verb(set.image, set.SET),
    "set env": Verb(set.env, set.ENV),
    "set resources": Verb(set.resources, set.RESOURCES),
    "set selector": Verb(set.selector, set.SET),
    "set serviceaccount": Verb(set.service_account, set.SET),
    "set sa": Verb(set.service_account, set.SET),
    "set subject": Verb(set.subject, set.SUBJECTS),
    "explain": Verb(explain.explain, explain.FLAGS),
    "apply": Verb(apply.apply, apply.FLAGS),
    "apply view-last-applied": Verb(last_applied.view, last_applied.FLAGS),
    "diff": Verb(diff.diff, diff.FLAGS),
    "replace": Verb(replace.replace, replace.FLAGS),
    "delete": Verb(delete.delete, delete.FLAGS),
    "patch": Verb(patch.run, patch.FLAGS),
    "label": Verb(label.label, label.FLAGS),
    "annotate": Verb(label.annotate, label.FLAGS),
    "scale": Verb(scale.scale, scale.FLAGS),
    "autoscale": Verb(scale.autoscale, scale.AUTOSCALE),
    "rollout status": Verb(rollout.status, rollout.STATUS_FLAGS),
    "rollout history": Verb(rollout.history, rollout.HISTORY_FLAGS),
    "rollout undo": Verb(rollout.undo, rollout.UNDO_FLAGS),
    "rollout pause": Verb(rollout.pause, rollout.CHANGE_FLAGS),
    "rollout resume": Verb(rollout.resume, rollout.CHANGE_FLAGS),
    "rollout restart": Verb(rollout.restart, rollout.CHANGE_FLAGS),
    "cordon": Verb(node.cordon, node.CORDON),
    "uncordon": Verb(node.uncordon, node.CORDON),
    "drain": Verb(node.drain, node.DRAIN),
    "taint": Verb(node.taint, node.TAINT),
    "logs": Verb(logs.logs, logs.FLAGS),
    "exec": Verb(exec.execute, exec.FLAGS),
    "attach": Verb(exec.attach, exec.FLAGS),
    "wait": Verb(wait.wait, wait.FLAGS),
    "events": Verb(events.events, events.FLAGS),
    "top node": Verb(top.nodes, top.FLAGS),
    "top nodes": Verb(top.nodes, top.FLAGS),
    "top pod": Verb(top.pods, top.FLAGS),
    "top pods": Verb(top.pods, top.FLAGS),
    "api-resources": Verb(server.api_resources, server.RESOURCES),
    "api-versions": Verb(server.api_versions),
    "cluster-info": Verb(server.cluster_info),
    "version": Verb(server.version, server.VERSION),
    "auth can-i": Verb(server.can_i, server.CAN_I),
    "auth reconcile": Verb(reconcile.reconcile, reconcile.FLAGS),
    "certificate approve": Verb(certificate.approve, certificate.FLAGS),
    "certificate deny": Verb(certificate.deny, certificate.FLAGS),
    "config view": Verb(config.view, config.VIEW),
    "config current-context": Verb(config.current_context),
    "config get-contexts": Verb(config.get_contexts, config.CONTEXTS),
    "config use-context": Verb(config.use_context),
    "config set-context": Verb(config.set_context, config.SET_CONTEXT),
    "auth whoami": Verb(server.whoami, (Flag("output", "o"),)),
}
# Verbs of kubectl that this terminal does not have, and what is closest to them here.
CLOSEST = {
    "edit": "get -o yaml, then apply -f - with what you want (a terminal in the browser has no editor)",
    "apply edit-last-applied": "apply view-last-applied, then apply -f -",
    "apply set-last-applied": "apply -f -",
    "cluster-info dump": "get events -A, describe nodes, logs",
    "port-forward": "exec POD -- wget -qO- localhost:PORT, or the real kubectl (Use kubectl)",
    "cp": "exec -- cat, or the real kubectl (Use kubectl)",
    "proxy": "get --raw",
    "kustomize": "apply -f -",
    "completion": "the Tab key",
    "plugin": "the real kubectl (Use kubectl)",
    "debug": "exec, or the real kubectl (Use kubectl)",
}

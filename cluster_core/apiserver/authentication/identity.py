"""Who a request comes from. Upstream: apiserver `authentication/user/user.go`, `authentication/serviceaccount/util.go`."""

from __future__ import annotations

from dataclasses import dataclass

AUTHENTICATED, UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
ANONYMOUS = "system:anonymous"
MASTERS, NODES = "system:masters", "system:nodes"
SERVICE_ACCOUNTS = "system:serviceaccounts"
ACCOUNT_PREFIX, NODE_PREFIX = "system:serviceaccount:", "system:node:"
# The organisations in the client certificates of a cluster made by kubeadm.
CERTIFICATES = {
    "kubernetes-admin": ("kubeadm:cluster-admins",),
    "kubernetes-super-admin": (MASTERS,),
    "system:apiserver": (MASTERS,),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """A user as authorization and admission see it: name, groups, uid, further attributes (name, values)."""

    user: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def node(self) -> str:
        """The name of the node whose kubelet asks, or ""."""
        return self.user[len(NODE_PREFIX) :] if self.user.startswith(NODE_PREFIX) and NODES in self.groups else ""

    def info(self) -> dict[str, object]:
        """The UserInfo of authentication.k8s.io/v1."""
        found: dict[str, object] = {"username": self.user}
        if self.uid:
            found["uid"] = self.uid
        if self.groups:
            found["groups"] = list(self.groups)
        if self.extra:
            found["extra"] = {name: list(values) for name, values in self.extra}
        return found


NOBODY = Identity(ANONYMOUS, (UNAUTHENTICATED,))


def account_user(namespace: str, name: str) -> str:
    """The user name of a service account."""
    return f"{ACCOUNT_PREFIX}{namespace}:{name}"


def account_groups(namespace: str) -> tuple[str, ...]:
    """The groups of a service account."""
    return (SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}")


def account_of(user: str) -> tuple[str, str] | None:
    """Namespace and name of the service account behind a user name, None if it is none."""
    parts = user[len(ACCOUNT_PREFIX) :].split(":") if user.startswith(ACCOUNT_PREFIX) else []
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def component(user: str) -> Identity:
    """The identity of a program of the cluster, as its certificate or its service account's token says."""
    account = account_of(user)
    if account is not None:
        groups = account_groups(account[0])
    elif user.startswith(NODE_PREFIX):
        groups = (NODES,)
    else:
        groups = CERTIFICATES.get(user, ())
    return Identity(user, (*groups, AUTHENTICATED))

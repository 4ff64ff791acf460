"""Addresses of Services and the families of IP that they belong to.

Upstream: `pkg/registry/core/service/storage/alloc.go`, `ValidateServiceClusterIPsRelatedFields` of `pkg/apis/core/validation`.
The cluster has one family, IPv4. Real Kubernetes can be set up with two.
"""

from __future__ import annotations

from cluster_core.api.errors import Cause, supported
from cluster_core.api.kinds import addresses
from cluster_core.api.kinds.service_type import is_headless, needs_address
from cluster_core.api.request import Obj

FAMILIES = ("IPv4", "IPv6")
POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
CONFIGURED = ("IPv4",)
FIXED = "may not change once set"


def with_families(spec: Obj, old: Obj | None) -> Obj:
    """The spec with both forms of the cluster IP, the policy and the families, as far as the client leaves them open."""
    if not needs_address(spec):
        return spec
    spec = _with_both_forms(spec, old)
    policy = spec.get("ipFamilyPolicy") or (old or {}).get("ipFamilyPolicy") or _usual_policy(spec)
    spec = {**spec, "ipFamilyPolicy": policy}
    if policy == "SingleStack" and old is not None:
        for field in ("clusterIPs", "ipFamilies"):
            if spec.get(field) == old.get(field) and len(spec.get(field) or ()) > 1:
                spec[field] = spec[field][:1]
    families = list(spec.get("ipFamilies") or _families_of(spec))
    if not families and spec.get("clusterIPs", ["None"])[0] == "None":
        families = [CONFIGURED[0]]
    if _has_no_pods_of_its_own(spec) and policy != "SingleStack" and len(families) < 2:
        families += [family for family in FAMILIES if family not in families][:1]
    return {**spec, "ipFamilies": families} if families else spec


def _with_both_forms(spec: Obj, old: Obj | None) -> Obj:
    """`clusterIP` alone says what `clusterIPs` is; of an update, the form that was changed."""
    one, many = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if old is not None and one != (old.get("clusterIP") or "") and many == (old.get("clusterIPs") or []):
        many = []
    if one and not many:
        return {**spec, "clusterIPs": [one]}
    return {name: value for name, value in spec.items() if name != "clusterIPs" or many}


def _usual_policy(spec: Obj) -> str:
    return "RequireDualStack" if _has_no_pods_of_its_own(spec) else "SingleStack"


def _has_no_pods_of_its_own(spec: Obj) -> bool:
    """Headless, without a selector: somebody else writes its endpoints, of whatever family."""
    return spec.get("clusterIP") == "None" and not spec.get("selector")


def _families_of(spec: Obj) -> list[str]:
    found = [_family(address) for address in spec.get("clusterIPs") or () if address != "None"]
    return [family for family in found if family in CONFIGURED]


def _family(address: str) -> str:
    parsed = addresses.parse_ip(address)
    return "" if parsed is None else f"IPv{parsed.version}"


def family_causes(spec: Obj) -> list[Cause]:
    """What is wrong with addresses, families and policy, apart from what the type forbids."""
    if not needs_address(spec):
        return []
    causes = _form_causes(spec) + _word_causes(spec)
    given, path = spec.get("clusterIPs") or [], "spec.clusterIPs"
    wrong = _address_causes(given, path)
    causes += wrong
    if len(given) > 2:
        causes.append(Cause(path, "Invalid", "may only hold up to 2 values", given))
    if wrong:
        return causes
    families = [_family(address) for address in given]
    if len(given) > 1 and sorted(families[:2]) != list(FAMILIES):
        causes.append(Cause(path, "Invalid", "may specify no more than one IP for each IP family", given))
    if not is_headless(spec):
        wanted = zip(families, spec.get("ipFamilies") or (), strict=False)
        causes += [
            Cause(f"{path}[{index}]", "Invalid", f"expected an {asked} value as indicated by `ipFamilies[{index}]`", ip)
            for index, ((family, asked), ip) in enumerate(zip(wanted, given, strict=False))
            if asked in FAMILIES and family != asked
        ]
    return causes or _configured_causes(spec)


def _form_causes(spec: Obj) -> list[Cause]:
    one, many, path = spec.get("clusterIP") or "", spec.get("clusterIPs") or [], "spec.clusterIPs"
    if one and not many:
        return [Cause(path, "Required")]
    if one and many[0] != one:
        return [Cause(path, "Invalid", "first value must match `clusterIP`", many)]
    if many and not one:
        return [Cause(path, "Invalid", "must be empty when `clusterIP` is not specified", many)]
    return []


def _word_causes(spec: Obj) -> list[Cause]:
    causes: list[Cause] = []
    families = spec.get("ipFamilies") or []
    for index, family in enumerate(families):
        here = f"spec.ipFamilies[{index}]"
        if family not in FAMILIES:
            causes.append(Cause(here, "NotSupported", supported(*FAMILIES), family))
        if family in families[:index]:
            causes.append(Cause(here, "Duplicate", "", family))
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in POLICIES:
        causes.append(Cause("spec.ipFamilyPolicy", "NotSupported", supported(*POLICIES), policy))
    return causes


def _address_causes(given: list[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, address in enumerate(given):
        if index or address != "None":
            causes += addresses.ip(address, f"{path}[{index}]")
        elif len(given) > 1:
            causes.append(Cause(path, "Invalid", "'None' must be the first and only value", given))
    return causes


def _configured_causes(spec: Obj) -> list[Cause]:
    """What this cluster cannot do: a second family, unless nothing is to be allotted."""
    policy, path = spec.get("ipFamilyPolicy"), "spec.ipFamilyPolicy"
    families, given = spec.get("ipFamilies") or [], spec.get("clusterIPs") or []
    causes: list[Cause] = []
    for values, what in ((given, "cluster IPs"), (families, "IP families")):
        if policy == "SingleStack" and len(values) == 2:
            words = f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified"
            causes.append(Cause(path, "Invalid", words, policy))
    for index, address in enumerate(given[len(families) :], len(families)):
        if address != "None" and _family(address) not in CONFIGURED:
            words = f"{_family(address)} is not configured on this cluster"
            causes.append(Cause(f"spec.clusterIPs[{index}]", "Invalid", words, given))
    if causes or _has_no_pods_of_its_own(spec):
        return causes
    if policy == "RequireDualStack":
        causes.append(Cause(path, "Invalid", "this cluster is not configured for dual-stack services", policy))
    return causes + [
        Cause(f"spec.ipFamilies[{index}]", "Invalid", "not configured on this cluster", family)
        for index, family in enumerate(families)
        if family not in CONFIGURED
    ]


def fixed_address_causes(new: Obj, old: Obj) -> list[Cause]:
    """The first address and family stay, unless a Service comes from or goes to a name outside."""
    if not needs_address(new) or not needs_address(old) or (is_headless(new) and is_headless(old)):
        return []
    causes: list[Cause] = []
    was, now = old.get("clusterIPs") or [], new.get("clusterIPs") or []
    if was and not now:
        causes.append(Cause("spec.clusterIPs[0]", "Invalid", "primary clusterIP can not be unset", now))
    if len(was) == len(now):
        moved = [index for index, address in enumerate(was) if address != now[index]]
        causes += [Cause(f"spec.clusterIPs[{index}]", "Invalid", FIXED, now) for index in moved]
    elif was and now and was[0] != now[0]:
        causes.append(Cause("spec.clusterIPs[0]", "Invalid", FIXED, now))
    if is_headless(new) or is_headless(old):
        return causes
    before, after = old.get("ipFamilies") or [], new.get("ipFamilies") or []
    if before and after and before[0] != after[0]:
        causes.append(Cause("spec.ipFamilies[0]", "Invalid", FIXED, after))
    return causes

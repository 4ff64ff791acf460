/** A request of the trace as HTTP: method and path, as a client would send it. */
import type { TraceCard } from "../protocol";

const METHODS: Record<string, string> = { create: "POST", update: "PUT", patch: "PATCH", delete: "DELETE", deletecollection: "DELETE", get: "GET", list: "GET", watch: "GET" };
/** Groups whose objects are stored in another version than v1; of a custom group the version is not in the trace. */
const VERSIONS: Record<string, string> = { autoscaling: "v2", "metrics.k8s.io": "v1beta1" };
const GROUPS = ["apps", "batch", "policy", "autoscaling"];

/** "PATCH /apis/apps/v1/namespaces/default/deployments/web/scale", or "" for an entry that is no request. */
export function httpOf(entry: TraceCard): string {
  const [verb, resource, sub, object] = [entry.params.verb, entry.params.resource, entry.params.subresource, entry.params.object].map((one) => String(one ?? ""));
  const method = METHODS[verb!];
  if (!method || !resource) return "";
  const [plural, ...rest] = resource.split(".");
  const group = rest.join(".");
  const known = group === "" || GROUPS.includes(group) || group.endsWith(".k8s.io");
  const base = group ? `/apis/${group}/${VERSIONS[group] ?? (known ? "v1" : "…")}` : "/api/v1";
  const parts = object!.split("/").slice(1);
  const namespace = parts.length > 1 ? `/namespaces/${parts[0]}` : "";
  const named = verb === "create" && !sub ? "" : `/${parts.at(-1) ?? ""}`;
  return `${method} ${base}${namespace}/${plural}${named}${sub ? `/${sub}` : ""}`;
}

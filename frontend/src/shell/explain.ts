/** One sentence that explains the state of what is selected, or "" where the facts speak for themselves. */
import { t, tell } from "../i18n/index.svelte";
import { formatSpan } from "../model/clock";
import type { RunView } from "../model/frames";
import type { Selected } from "../selection";

export function explanationOf(selected: Selected, run: RunView): string {
  if (selected.type === "pod") return ofPod(selected.pod, run.clock.now);
  if (selected.type === "workload") return selected.workload.action ? `${tell(selected.workload.action)}.` : "";
  if (selected.type === "service") return ofService(selected.service);
  if (selected.type === "node") return t(`explain.node.${selected.node.up ? (selected.node.ready === "True" ? "ready" : "unready") : "down"}`);
  if (selected.type === "claim") return t(`explain.claim.${selected.claim.waits || (selected.claim.phase === "Bound" ? "bound" : "lost")}`, { storageClass: selected.claim.storage_class });
  if (selected.type === "component") return ofComponent(selected.component);
  return "";
}

function ofPod(pod: Extract<Selected, { type: "pod" }>["pod"], now: number): string {
  if (pod.status === "ready") return t("explain.pod.ready");
  return t("explain.pod", { what: t(`doing.${pod.stage}`), span: formatSpan(Math.max(0, now - pod.since)) });
}

function ofService(service: Extract<Selected, { type: "service" }>["service"]): string {
  const ready = service.endpoints.filter((one) => one.ready).length;
  return t(ready ? "explain.service" : "explain.service.none", { ip: service.cluster_ip, ready });
}

function ofComponent(component: Extract<Selected, { type: "component" }>["component"]): string {
  const down = component.role === "apiserver" && !component.up ? ` ${t("explain.apiserver.down")}` : "";
  return t(`about.${component.role}`) + down;
}

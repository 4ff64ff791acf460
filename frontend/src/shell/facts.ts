/** The facts of the inspector, per kind of selection. Keys are catalogue keys (fact.…). */
import { t } from "../i18n/index.svelte";
import { formatClock, formatSpan } from "../model/clock";
import type { RunView } from "../model/frames";
import { httpOf } from "../model/http";
import { isRequest } from "../model/pipeline";
import { restarts, statusOf } from "../model/status";
import type { TraceCard } from "../protocol";
import type { Selected } from "../selection";

export interface Fact {
  key: string;
  value: string;
  mono?: boolean;
}

export function titleOf(selected: Selected): string {
  if (selected.type === "pod") return `Pod ${selected.pod.name}`;
  if (selected.type === "workload") return `${selected.workload.kind} ${selected.workload.name}`;
  if (selected.type === "service") return `Service ${selected.service.name}`;
  if (selected.type === "node") return `Node ${selected.node.name}`;
  if (selected.type === "claim") return `PersistentVolumeClaim ${selected.claim.name}`;
  if (selected.type === "component") return selected.component.name;
  if (selected.type === "event") return isRequest(selected.entry) ? requestTitle(selected.entry) : `#${selected.entry.number.toLocaleString("en")} ${selected.entry.id}`;
  return selected.key;
}

/** The line under the title: the name of what a request was about. */
export const subtitleOf = (selected: Selected): string =>
  selected.type === "event" && isRequest(selected.entry) ? `${String(selected.entry.params.object ?? "").split("/").at(-1)} · #${selected.entry.number.toLocaleString("en")}` : "";

/** The letter with which a request travels on drawings. */
export const letterOf = (entry: TraceCard): string => String(entry.params.verb ?? "?").charAt(0).toUpperCase();

function requestTitle(entry: TraceCard): string {
  const [verb, resource, sub] = [entry.params.verb, entry.params.resource, entry.params.subresource].map((one) => String(one ?? ""));
  return `${verb!.charAt(0).toUpperCase()}${verb!.slice(1)} ${resource!.split(".")[0]}${sub ? `/${sub}` : ""}`;
}

export function factsOf(selected: Selected, run: RunView): Fact[] {
  const facts = collect(selected, run);
  return facts.filter((fact) => fact.value !== "");
}

function collect(selected: Selected, run: RunView): Fact[] {
  if (selected.type === "pod") return podFacts(selected.pod, run);
  if (selected.type === "workload") return workloadFacts(selected.workload);
  if (selected.type === "service") return serviceFacts(selected.service);
  if (selected.type === "node") return nodeFacts(selected.node);
  if (selected.type === "claim") return claimFacts(selected.claim);
  if (selected.type === "component") return componentFacts(selected.component);
  if (selected.type === "event") return eventFacts(selected.entry);
  return [];
}

type Of<T extends Selected["type"], K extends string> = Extract<Selected, { type: T }> extends Record<K, infer V> ? V : never;

function podFacts(pod: Of<"pod", "pod">, run: RunView): Fact[] {
  const status = t(`status.${statusOf(pod)}`);
  return [
    { key: "status", value: pod.reason && !["Running", "Pending", "Completed", "Terminating"].includes(pod.reason) ? `${status} · ${pod.reason}` : status },
    { key: "namespace", value: pod.namespace, mono: true },
    { key: "node", value: pod.node || "–", mono: true },
    { key: "ip", value: pod.ip || "–", mono: true },
    { key: "since", value: `${formatClock(pod.since)} (${formatSpan(Math.max(0, run.clock.now - pod.since))})`, mono: true },
    { key: "owner", value: run.keyframe.workloads[pod.owner]?.name ?? t("fact.no-owner"), mono: true },
    { key: "restarts", value: String(restarts(pod)) },
    { key: "rv", value: String(pod.rv), mono: true },
  ];
}

function workloadFacts(one: Of<"workload", "workload">): Fact[] {
  return [
    { key: "namespace", value: one.namespace, mono: true },
    { key: "desired", value: String(one.desired) },
    { key: "observed", value: String(one.total) },
    { key: "ready", value: String(one.ready) },
    { key: "available", value: String(one.available) },
    { key: "revision", value: one.revision },
    { key: "image", value: one.images.join(", "), mono: true },
    { key: "rv", value: String(one.rv), mono: true },
  ];
}

function serviceFacts(one: Of<"service", "service">): Fact[] {
  const ports = one.ports.map((port) => `${port.port}→${port.target}/${port.protocol}${port.node_port ? ` :${port.node_port}` : ""}`);
  const ready = one.endpoints.filter((endpoint) => endpoint.ready).length;
  return [
    { key: "namespace", value: one.namespace, mono: true },
    { key: "type", value: one.type },
    { key: "cluster-ip", value: one.cluster_ip, mono: true },
    { key: "ports", value: ports.join(", "), mono: true },
    { key: "endpoints", value: `${ready} / ${one.endpoints.length}` },
  ];
}

const share = ([used, all]: number[], unit: number, name: string): string => `${(used! / unit).toFixed(1)} / ${(all! / unit).toFixed(1)} ${name}`;

function nodeFacts(one: Of<"node", "node">): Fact[] {
  return [
    { key: "status", value: t(`node.${one.ready}`) },
    { key: "ip", value: one.ip, mono: true },
    { key: "pod-cidr", value: one.pod_cidr, mono: true },
    { key: "pods", value: String(one.pods) },
    { key: "cpu", value: share(one.cpu, 1000, "CPU") },
    { key: "memory", value: share(one.memory, 2 ** 30, "GiB") },
    { key: "taints", value: one.taints.join(", "), mono: true },
    { key: "runtime", value: one.runtime, mono: true },
    { key: "calls", value: ["kubelet", "CRI", ...one.calls].join(" → "), mono: true },
    ...(one.pressure.length ? [{ key: "pressure", value: one.pressure.join(", "), mono: true }] : []),
  ];
}

/** A claim of a pod in a few words: what it is bound to, or that it waits. */
export const claimLine = (one: Of<"claim", "claim">): string => `${one.name} → ${one.volume || t(`claim.waits.${one.waits || "volume"}`)}`;

function claimFacts(one: Of<"claim", "claim">): Fact[] {
  return [
    { key: "status", value: one.waits ? `${one.phase} · ${t(`claim.waits.${one.waits}`)}` : one.phase },
    { key: "namespace", value: one.namespace, mono: true },
    { key: "volume", value: one.volume || "–", mono: true },
    { key: "storage-class", value: one.storage_class || "–", mono: true },
    { key: "driver", value: one.driver, mono: true },
    { key: "size", value: one.capacity && one.capacity !== one.requested ? `${one.capacity} → ${one.requested}` : one.capacity || one.requested, mono: true },
    { key: "access-modes", value: one.modes.join(", "), mono: true },
    { key: "reclaim-policy", value: one.reclaim, mono: true },
    { key: "attached-to", value: one.attached.join(", "), mono: true },
    { key: "rv", value: String(one.rv), mono: true },
  ];
}

function componentFacts(one: Of<"component", "component">): Fact[] {
  const detail = Object.entries(one.detail).map(([key, value]) => ({ key: `detail.${key}`, value: String(value), mono: true }));
  return [{ key: "status", value: t(one.up ? "component.up" : "component.down") }, { key: "host", value: one.host, mono: true }, { key: "queue", value: String(one.queue) }, ...detail];
}

function eventFacts(entry: Of<"event", "entry">): Fact[] {
  return [
    { key: "at", value: formatClock(entry.at), mono: true },
    { key: "actor", value: entry.actor, mono: true },
    { key: "object", value: String(entry.params.object ?? ""), mono: true },
    { key: "rest", value: isRequest(entry) ? httpOf(entry) : "", mono: true },
  ];
}

/** The nine pod states of the legend, and what belongs to them. */
import type { PodCard } from "../protocol";

export const STATUSES = ["ready", "not-ready", "unscheduled", "creating", "terminating", "failed", "succeeded", "evicted", "unknown"] as const;
export type Status = (typeof STATUSES)[number];

export const statusOf = (pod: PodCard): Status => (STATUSES.includes(pod.status as Status) ? (pod.status as Status) : "unknown");

/** Pods per state, only the states present, in the order of the legend. */
export function countStatuses(pods: readonly PodCard[]): { status: Status; count: number }[] {
  const counts = new Map<Status, number>();
  for (const pod of pods) counts.set(statusOf(pod), (counts.get(statusOf(pod)) ?? 0) + 1);
  return STATUSES.filter((one) => counts.has(one)).map((status) => ({ status, count: counts.get(status)! }));
}

/** The last five characters tell pods of one owner apart; a name without a random end is shown to its first dash. */
export function shortName(pod: { name: string; owner: string }): string {
  const tail = pod.name.split("-").at(-1)!;
  if (pod.owner && /^[a-z0-9]{5}$/.test(tail)) return tail;
  return pod.name.length <= 8 ? pod.name : pod.name.slice(0, 7) + "…";
}

/** Whether a namespace is the cluster's own: names that begin so are kept for Kubernetes. */
export const isOfTheCluster = (namespace: string): boolean => namespace.startsWith("kube-");

/** Pods that the architecture drawing shows as programs already: the control plane's own and the node agents. */
export function drawnAsComponent(pod: PodCard): boolean {
  return isOfTheCluster(pod.namespace) && /^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kube-proxy|kube-flannel)/.test(pod.name);
}

export const podKey = (pod: { namespace: string; name: string }): string => `pod/${pod.namespace}/${pod.name}`;

export const restarts = (pod: PodCard): number => pod.containers.reduce((sum, one) => sum + one.restarts, 0);

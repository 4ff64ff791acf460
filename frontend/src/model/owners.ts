/** The owner tree: Deployment → ReplicaSet → Pod, ReplicationController → Pod, and pods nobody owns. */
import type { Keyframe, PodCard, WorkloadCard } from "../protocol";

export type OwnerRow =
  | { type: "workload"; depth: number; workload: WorkloadCard; last: boolean }
  | { type: "pod"; depth: number; pod: PodCard; last: boolean };

const byName = <T extends { name: string; namespace: string }>(a: T, b: T): number =>
  a.namespace === b.namespace ? compare(a.name, b.name) : compare(a.namespace, b.namespace);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The top owners: what a person applied. */
export function rootWorkloads(keyframe: Keyframe): WorkloadCard[] {
  return Object.values(keyframe.workloads).filter((one) => !keyframe.workloads[one.owner]).sort(byName);
}

/** ReplicaSets of a workload, oldest revision first. */
export function childWorkloads(keyframe: Keyframe, uid: string): WorkloadCard[] {
  return Object.values(keyframe.workloads)
    .filter((one) => one.owner === uid)
    .sort((a, b) => Number(a.revision || 0) - Number(b.revision || 0) || byName(a, b));
}

export function podsOf(keyframe: Keyframe, uid: string): PodCard[] {
  return Object.values(keyframe.pods).filter((pod) => pod.owner === uid).sort((a, b) => a.created - b.created || byName(a, b));
}

/** Every pod under a workload, its ReplicaSets' included. */
export function allPodsOf(keyframe: Keyframe, uid: string): PodCard[] {
  return [...podsOf(keyframe, uid), ...childWorkloads(keyframe, uid).flatMap((one) => podsOf(keyframe, one.uid))];
}

/** The tree of one workload as rows. ReplicaSets that want and have nothing are history: they are left out unless alone. */
export function ownerRows(keyframe: Keyframe, root: WorkloadCard): OwnerRow[] {
  const rows: OwnerRow[] = [{ type: "workload", depth: 0, workload: root, last: true }];
  const children = childWorkloads(keyframe, root.uid);
  const busy = children.filter((one) => one.desired > 0 || one.total > 0 || podsOf(keyframe, one.uid).length > 0);
  const shown = busy.length ? busy : children.slice(-1);
  shown.forEach((child, index) => {
    rows.push({ type: "workload", depth: 1, workload: child, last: index === shown.length - 1 });
    rows.push(...podRows(podsOf(keyframe, child.uid), 2));
  });
  rows.push(...podRows(podsOf(keyframe, root.uid), 1));
  return rows;
}

const podRows = (pods: PodCard[], depth: number): OwnerRow[] =>
  pods.map((pod, index) => ({ type: "pod", depth, pod, last: index === pods.length - 1 }));

export const barePods = (keyframe: Keyframe): PodCard[] =>
  Object.values(keyframe.pods).filter((pod) => !keyframe.workloads[pod.owner]).sort(byName);

/** Slots of a gap bar: what is there fills what is wanted. */
export type Slot = "ready" | "not-ready" | "failed" | "wanted" | "terminating";

export function gapSlots(desired: number, pods: readonly PodCard[]): Slot[] {
  const living = pods.filter((pod) => pod.status !== "terminating" && pod.status !== "succeeded" && pod.status !== "evicted");
  const rank = (pod: PodCard): number => (pod.status === "ready" ? 0 : pod.status === "failed" ? 2 : 1);
  const slots: Slot[] = [...living].sort((a, b) => rank(a) - rank(b)).map((pod) => (pod.status === "ready" ? "ready" : pod.status === "failed" ? "failed" : "not-ready"));
  while (slots.length < desired) slots.push("wanted");
  return slots;
}

/** The ceiling and the floor of a rolling update. */
export function budgetOf(workload: WorkloadCard): { max: number; min: number } {
  const surge = Number(workload.strategy.max_surge ?? 0);
  const unavailable = Number(workload.strategy.max_unavailable ?? 0);
  return { max: workload.desired + surge, min: Math.max(0, workload.desired - unavailable) };
}

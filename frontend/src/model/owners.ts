/** The owner tree: Deployment → ReplicaSet → Pod, CronJob → Job → Pod, StatefulSet and others → Pod, and pods nobody owns. */
import type { Keyframe, PodCard, WorkloadCard } from "../protocol";
import type { Selected } from "../selection";
import { countStatuses, type Status } from "./status";

/** A row of the tree. `last`: of its branch; `trunk`: the branch of its owner goes on below it. */
export type OwnerRow = { depth: number; last: boolean; trunk: boolean } & (
  | { type: "workload"; workload: WorkloadCard }
  | { type: "pod"; pod: PodCard }
  | { type: "asked"; key: string; count: number }
  | { type: "more"; key: string; pods: PodCard[] }
  | { type: "history"; key: string; workloads: WorkloadCard[] }
);

const byName = <T extends { name: string; namespace: string }>(a: T, b: T): number =>
  a.namespace === b.namespace ? compare(a.name, b.name) : compare(a.namespace, b.namespace);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The top owners: what a person applied. */
export function rootWorkloads(keyframe: Keyframe): WorkloadCard[] {
  return Object.values(keyframe.workloads).filter((one) => !keyframe.workloads[one.owner]).sort(byName);
}

/** ReplicaSets or Jobs of a workload, oldest revision first. */
export function childWorkloads(keyframe: Keyframe, uid: string): WorkloadCard[] {
  return Object.values(keyframe.workloads)
    .filter((one) => one.owner === uid)
    .sort((a, b) => Number(a.revision || 0) - Number(b.revision || 0) || a.created - b.created || byName(a, b));
}

/** Pods of one owner, oldest first. */
export const podsOf = (keyframe: Keyframe, uid: string): readonly PodCard[] => ownedPods(keyframe).get(uid) ?? [];

const known = new WeakMap<Keyframe["pods"], Map<string, PodCard[]>>();

/** Sorted by owner once per map of pods: every row of a tree asks. */
function ownedPods({ pods }: Keyframe): Map<string, PodCard[]> {
  const found = known.get(pods);
  if (found) return found;
  const owned = new Map<string, PodCard[]>();
  for (const pod of Object.values(pods)) {
    const mine = owned.get(pod.owner);
    if (mine) mine.push(pod);
    else owned.set(pod.owner, [pod]);
  }
  for (const mine of owned.values()) mine.sort((a, b) => a.created - b.created || byName(a, b));
  known.set(pods, owned);
  return owned;
}

/** Every pod under a workload, its ReplicaSets' included. */
export function allPodsOf(keyframe: Keyframe, uid: string): PodCard[] {
  return [...podsOf(keyframe, uid), ...childWorkloads(keyframe, uid).flatMap((one) => podsOf(keyframe, one.uid))];
}

/** The top owner of what is selected: of a pod, a ReplicaSet or itself. */
export function rootOf(selected: Selected | null, keyframe: Keyframe): WorkloadCard | null {
  let one = selected?.type === "workload" ? selected.workload : selected?.type === "pod" ? keyframe.workloads[selected.pod.owner] : undefined;
  while (one && keyframe.workloads[one.owner]) one = keyframe.workloads[one.owner];
  return one ?? null;
}

/** Children that a tree shows one by one: of more, those that are over and not new are one row. */
export const CHILDREN_MAX = 6;
/** Pods that a tree shows one by one; with more than this the ordinary ones are folded. */
export const PODS_MAX = 12;
export const PODS_STEP = 50;

/** Of many pods those that need attention, the oldest and the newest stay, and the next `asked` ones; the rest is one row. */
export function condensedPods(pods: readonly PodCard[], asked = 0): { shown: PodCard[]; rest: PodCard[] } {
  if (pods.length <= PODS_MAX) return { shown: [...pods], rest: [] };
  const calm = (pod: PodCard): boolean => pod.status === "ready" || pod.status === "succeeded";
  const exceptions = pods.filter((pod) => !calm(pod)).slice(0, PODS_MAX - 4);
  const chosen = new Set([...exceptions, ...pods.slice(0, 2), ...pods.slice(-2)]);
  for (const pod of pods.filter((one) => !chosen.has(one)).slice(0, asked)) chosen.add(pod);
  return { shown: pods.filter((pod) => chosen.has(pod)), rest: pods.filter((pod) => !chosen.has(pod)) };
}

/** The tree of one workload as rows. ReplicaSets that want and have nothing are history: they are left out unless alone. */
export function ownerRows(keyframe: Keyframe, root: WorkloadCard, asked: Readonly<Record<string, number>> = {}): OwnerRow[] {
  const rows: OwnerRow[] = [{ type: "workload", depth: 0, workload: root, last: true, trunk: false }];
  const children = childWorkloads(keyframe, root.uid);
  const busy = children.filter((one) => one.job || one.desired > 0 || one.total > 0 || podsOf(keyframe, one.uid).length > 0);
  const { shown, past } = asked[`history ${root.uid}`] ? { shown: busy, past: [] } : condensedChildren(busy.length ? busy : children.slice(-1));
  if (past.length) rows.push({ type: "history", depth: 1, last: shown.length === 0, trunk: false, key: `history ${root.uid}`, workloads: past });
  shown.forEach((child, index) => {
    const last = index === shown.length - 1;
    rows.push({ type: "workload", depth: 1, workload: child, last, trunk: false });
    rows.push(...podRows(podsOf(keyframe, child.uid), 2, child.uid, requested(keyframe, child), asked[child.uid]).map((row) => ({ ...row, trunk: !last })));
  });
  rows.push(...podRows(podsOf(keyframe, root.uid), 1, root.uid, children.length ? 0 : requested(keyframe, root), asked[root.uid]));
  return rows;
}

/** Of many children those that are at work and the newest stay. */
function condensedChildren(children: readonly WorkloadCard[]): { shown: WorkloadCard[]; past: WorkloadCard[] } {
  if (children.length <= CHILDREN_MAX) return { shown: [...children], past: [] };
  const newest = new Set(children.slice(-CHILDREN_MAX / 2));
  const past = children.filter((one) => !newest.has(one) && (one.job ? one.job.state !== "" : one.total === 0));
  return { shown: children.filter((one) => !past.includes(one)), past };
}

/** Rows of the pods that nobody owns. */
export const bareRows = (keyframe: Keyframe, asked = 0): OwnerRow[] => podRows(barePods(keyframe), 0, "bare", 0, asked);

function podRows(pods: readonly PodCard[], depth: number, key: string, inFlight: number, asked = 0): OwnerRow[] {
  const { shown, rest } = condensedPods(pods, asked);
  const place = { depth, last: false, trunk: false };
  const rows: OwnerRow[] = shown.map((pod) => ({ ...place, type: "pod", pod }));
  if (rest.length) rows.push({ ...place, type: "more", key, pods: rest });
  if (inFlight) rows.push({ ...place, type: "asked", key: `asked ${key}`, count: inFlight });
  return rows.map((row, index) => ({ ...row, last: index === rows.length - 1 }));
}

/** Pods whose creation the controller has asked for and that are not stored yet: never more than are missing. */
export function requested(keyframe: Keyframe, workload: WorkloadCard): number {
  const asked = workload.loop?.writes.filter((one) => one.verb === "create" && one.resource === "pods").reduce((sum, one) => sum + Number(one.count), 0) ?? 0;
  const living = podsOf(keyframe, workload.uid).filter(counts).length;
  return Math.max(0, Math.min(asked, workload.desired - living));
}

export const barePods = (keyframe: Keyframe): PodCard[] =>
  Object.values(keyframe.pods).filter((pod) => !keyframe.workloads[pod.owner]).sort(byName);

/** Whether a controller counts the pod: one that is on its way out, or has ended, no longer counts. */
const counts = (pod: PodCard): boolean => !["terminating", "succeeded", "evicted"].includes(pod.status);

/** Slots of a gap bar: what is there fills what is wanted; what is asked for is dotted. */
export type Slot = "succeeded" | "ready" | "not-ready" | "failed" | "requested" | "wanted";

export function gapSlots(desired: number, pods: readonly PodCard[], inFlight = 0): Slot[] {
  const rank = (pod: PodCard): number => (pod.status === "ready" ? 0 : pod.status === "failed" ? 2 : 1);
  const living = pods.filter(counts).sort((a, b) => rank(a) - rank(b));
  const slots: Slot[] = living.map((pod) => (pod.status === "ready" ? "ready" : pod.status === "failed" ? "failed" : "not-ready"));
  for (let index = 0; index < inFlight; index++) slots.push("requested");
  while (slots.length < desired) slots.push("wanted");
  return slots;
}

/** A Job's slots: the completions that succeeded, then its pods at work, then what is still wanted. */
export function jobSlots(job: WorkloadCard, pods: readonly PodCard[]): Slot[] {
  const done: Slot[] = Array.from({ length: job.available }, () => "succeeded");
  const atWork = gapSlots(0, pods.filter((pod) => pod.status !== "failed"));
  const missing = job.job?.state ? 0 : Math.max(0, job.desired - done.length - atWork.length);
  return [...done, ...atWork, ...Array.from({ length: missing }, (): Slot => "wanted")];
}

/** The ceiling and the floor of a rolling update, or what they would be with another surge and unavailability. */
export function budgetOf(workload: WorkloadCard, tried: { surge?: number | null; unavailable?: number | null } = {}): { max: number; min: number } {
  const surge = tried.surge ?? Number(workload.strategy.max_surge ?? 0);
  const unavailable = tried.unavailable ?? Number(workload.strategy.max_unavailable ?? 0);
  return { max: workload.desired + surge, min: Math.max(0, workload.desired - unavailable) };
}

export const LOOP_PHASES = ["observe", "compare", "act", "wait"] as const;
export type LoopPhase = (typeof LOOP_PHASES)[number];
export const phaseOf = (workload: WorkloadCard): LoopPhase => (LOOP_PHASES.includes(workload.loop?.phase as LoopPhase) ? (workload.loop!.phase as LoopPhase) : "wait");

/** Nothing to do, and nothing under way: what is wanted is what there is. */
export function isConverged(one: WorkloadCard): boolean {
  if (phaseOf(one) !== "wait" || one.loop?.retry_at != null) return false;
  if (one.cron) return true;
  if (one.job) return one.job.state !== "" || one.job.suspended;
  return one.ready === one.desired && one.total === one.desired && (one.kind !== "Deployment" || one.updated === one.desired);
}

/** What is written beside a workload in a list: how much of it is there. */
export function measureOf(one: WorkloadCard): string {
  if (one.cron) return one.cron.schedule;
  return one.job ? `${one.available}/${one.desired}` : `${one.ready}/${one.desired}`;
}

/** Counts of the pods behind a folded row, failing states first. */
export function summaryOf(pods: readonly PodCard[]): { status: Status; count: number }[] {
  const rank = (status: Status): number => (status === "failed" ? 0 : status === "ready" ? 2 : 1);
  return countStatuses(pods).sort((a, b) => rank(a.status) - rank(b.status));
}

/** How far a Job is: one cell per completion, or intervals when there are too many to see. */
import type { JobPart, PodCard, WorkloadCard } from "../protocol";

/** More cells than this are drawn as one strip of intervals. */
export const CELLS_MAX = 240;

export type CellState = "succeeded" | "failed" | "ready" | "not-ready" | "creating" | "terminating" | "waiting";

export interface Cell {
  index: number;
  state: CellState;
  /** The newest pod of this completion, if one is there. */
  pod: PodCard | null;
}

export type Interval = [number, number];

/** "0-3,5" → [[0, 3], [5, 5]]; parts that cannot be read are left out. */
export function parseIndexes(text: string): Interval[] {
  return text.split(",").flatMap((part): Interval[] => {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    return first === undefined ? [] : [[Number(first), Number(last ?? first)]];
  });
}

export const sizeOf = (intervals: readonly Interval[]): number => intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);

const STATES: Record<string, CellState> = { ready: "ready", "not-ready": "not-ready", terminating: "terminating", succeeded: "succeeded", failed: "waiting", evicted: "waiting", unscheduled: "creating", creating: "creating", unknown: "not-ready" };

/** A cell per completion. Of an Indexed Job each has its index; else those that succeeded come first, then those at work. */
export function cellsOf(job: JobPart, pods: readonly PodCard[]): Cell[] {
  return job.indexed ? indexedCells(job, pods) : countedCells(job, pods);
}

function indexedCells(job: JobPart, pods: readonly PodCard[]): Cell[] {
  const [done, lost] = [members(job.completed), members(job.failed_indexes)];
  const newest = new Map<number, PodCard>();
  for (const pod of pods) if (pod.index >= 0 && (newest.get(pod.index)?.created ?? -1) <= pod.created) newest.set(pod.index, pod);
  return Array.from({ length: job.completions ?? 0 }, (_, index): Cell => {
    const pod = newest.get(index) ?? null;
    const state = done.has(index) ? "succeeded" : lost.has(index) ? "failed" : pod ? (STATES[pod.status] ?? "waiting") : "waiting";
    return { index, state, pod };
  });
}

function countedCells(job: JobPart, pods: readonly PodCard[]): Cell[] {
  const ended = pods.filter((pod) => pod.status === "succeeded");
  const living = pods.filter((pod) => !["succeeded", "failed", "evicted"].includes(pod.status));
  const wanted = job.completions ?? Math.max(job.parallelism, job.succeeded + living.length);
  const cells: Cell[] = Array.from({ length: Math.max(job.succeeded, ended.length) }, (_, index) => ({ index, state: "succeeded", pod: ended[index] ?? null }));
  for (const pod of living) cells.push({ index: cells.length, state: STATES[pod.status] ?? "waiting", pod });
  while (cells.length < wanted && !job.state) cells.push({ index: cells.length, state: "waiting", pod: null });
  return cells;
}

function members(text: string): Set<number> {
  const found = new Set<number>();
  for (const [first, last] of parseIndexes(text)) for (let index = first; index <= last; index++) found.add(index);
  return found;
}

/** Cells per state, those that are there, in the order in which they are told. */
export function countCells(cells: readonly Cell[]): { state: CellState; count: number }[] {
  const order: CellState[] = ["succeeded", "ready", "not-ready", "creating", "terminating", "failed", "waiting"];
  return order.map((state) => ({ state, count: cells.filter((one) => one.state === state).length })).filter((one) => one.count > 0);
}

/** Of a Job with too many completions for cells: how long each stretch of succeeded, failed and active indexes is. */
export function strip(job: JobPart, pods: readonly PodCard[], width: number): { state: CellState; x: number; w: number }[] {
  const all = Math.max(1, job.completions ?? 1);
  const place = ([first, last]: Interval): { x: number; w: number } => ({ x: (first / all) * width, w: Math.max(1, ((last - first + 1) / all) * width) });
  if (!job.indexed) return [{ state: "succeeded", ...place([0, job.succeeded - 1]) }, { state: "ready", ...place([job.succeeded, job.succeeded + job.active - 1]) }].filter((one, at) => (at ? job.active : job.succeeded) > 0) as { state: CellState; x: number; w: number }[];
  const done = parseIndexes(job.completed).map((one) => ({ state: "succeeded" as const, ...place(one) }));
  const lost = parseIndexes(job.failed_indexes).map((one) => ({ state: "failed" as const, ...place(one) }));
  const working = pods.filter((pod) => pod.index >= 0 && ["ready", "not-ready", "creating"].includes(pod.status)).map((pod) => pod.index);
  const active = joined(working).map((one) => ({ state: "ready" as const, ...place(one) }));
  return [...done, ...lost, ...active];
}

/** Indexes as intervals. */
function joined(indexes: readonly number[]): Interval[] {
  const found: Interval[] = [];
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  }
  return found;
}

/** The Jobs of a CronJob, the newest first. */
export const jobsOf = (workloads: Record<string, WorkloadCard>, owner: string): WorkloadCard[] =>
  Object.values(workloads).filter((one) => one.owner === owner && one.job !== null).sort((a, b) => b.created - a.created || (a.name < b.name ? 1 : -1));

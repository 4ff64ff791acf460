/** Lanes of the pod lifecycle, read from the trace: what each pod was doing, from when to when. */
import type { PodCard, TraceCard } from "../protocol";
import { podKey, shortName, statusOf, type Status } from "./status";

export type Phase =
  | "scheduling" | "sandbox" | "pull" | "init" | "starting" | "not-ready" | "ready" | "back-off" | "terminating" | "succeeded" | "evicted";

export interface Segment {
  phase: Phase;
  from: number;
  /** null: still so at the end of what is known. */
  to: number | null;
}

export interface Tick {
  at: number;
  kind: "passed" | "failed" | "crash";
}

export interface Lane {
  key: string;
  uid: string;
  name: string;
  short: string;
  node: string;
  owner: string;
  status: Status | "gone";
  segments: Segment[];
  ticks: Tick[];
  ended: number | null;
  restarts: number;
  reason: string;
}

const PHASE_OF_EVENT: Record<string, Phase> = {
  "scheduler.bound": "sandbox",
  "pod.sandbox-created": "sandbox",
  "pod.address-assigned": "starting",
  "pod.pull-started": "pull",
  "pod.pulled": "starting",
  "pod.init-started": "init",
  "pod.init-finished": "starting",
  "pod.container-started": "not-ready",
  "pod.ready": "ready",
  "pod.not-ready": "not-ready",
  "pod.back-off": "back-off",
  "pod.terminating": "terminating",
  "pod.evicted": "terminating",
};

const PHASE_OF_STAGE: Record<string, Phase> = {
  unscheduled: "scheduling", scheduled: "sandbox", sandbox: "sandbox", network: "sandbox", pulling: "pull", init: "init",
  starting: "starting", "not-ready": "not-ready", ready: "ready", backoff: "back-off", terminating: "terminating",
  succeeded: "succeeded", failed: "back-off", evicted: "evicted",
};

/** One lane per pod: those that live in `pods` and those that the trace remembers. */
export function lanesOf(pods: readonly PodCard[], trace: readonly TraceCard[]): Lane[] {
  const stories = storiesOf(trace);
  const lanes = pods.map((pod) => laneOf(pod, stories.get(podKey(pod)) ?? []));
  const living = new Set(lanes.map((lane) => lane.key));
  for (const [key, story] of stories) if (!living.has(key)) lanes.push(laneOfGone(key, story));
  return lanes;
}

/** The trace entries of each pod, in order; entries about the pod carry `object` = pod/namespace/name. */
export function storiesOf(trace: readonly TraceCard[]): Map<string, TraceCard[]> {
  const stories = new Map<string, TraceCard[]>();
  for (const entry of trace) {
    const key = String(entry.params.object ?? entry.params.pod ?? "");
    if (!key.startsWith("pod/") || !(entry.id.startsWith("pod.") || entry.id.startsWith("scheduler."))) continue;
    const story = stories.get(key);
    if (story) story.push(entry);
    else stories.set(key, [entry]);
  }
  return stories;
}

function laneOf(pod: PodCard, story: TraceCard[]): Lane {
  const segments = segmentsOf(pod.created, story);
  closeWithCard(segments, pod);
  return {
    key: podKey(pod), uid: pod.uid, name: pod.name, short: shortName(pod), node: pod.node, owner: pod.owner, status: statusOf(pod), segments,
    ticks: ticksOf(story), ended: null, restarts: pod.containers.reduce((sum, one) => sum + one.restarts, 0), reason: pod.reason,
  };
}

/** The card is the truth about now: when the trace misses the last change (it was folded away), it is taken from there. */
function closeWithCard(segments: Segment[], pod: PodCard): void {
  const phase = PHASE_OF_STAGE[pod.stage];
  const last = segments.at(-1);
  if (!phase || (last && last.phase === phase) || (last && last.from > pod.since)) return;
  if (phase === "starting" && last && last.from === pod.since) return;
  push(segments, phase, pod.since);
}

function laneOfGone(key: string, story: TraceCard[]): Lane {
  const name = key.split("/").at(-1)!;
  const bound = story.find((entry) => entry.id === "scheduler.bound" || entry.params.node);
  const stopped = story.find((entry) => entry.id === "pod.stopped");
  const ended = stopped?.at ?? null;
  const segments = segmentsOf(story[0]!.at, story);
  return {
    key, uid: "", name, short: shortName({ name, owner: "?" }), node: String(bound?.params.node ?? ""), owner: "", status: "gone",
    segments, ticks: ticksOf(story), ended, restarts: 0, reason: "",
  };
}

function segmentsOf(created: number, story: TraceCard[]): Segment[] {
  const segments: Segment[] = [{ phase: "scheduling", from: created, to: null }];
  for (const entry of story) {
    if (entry.id === "pod.stopped") {
      const last = segments.at(-1)!;
      last.to ??= entry.at;
      continue;
    }
    const phase = PHASE_OF_EVENT[entry.id];
    const last = segments.at(-1)!;
    if (!phase || last.phase === phase || (last.phase === "terminating" && phase !== "terminating")) continue;
    push(segments, phase, entry.at);
  }
  return segments;
}

function push(segments: Segment[], phase: Phase, at: number): void {
  const last = segments.at(-1);
  if (last) last.to = Math.max(at, last.from);
  if (last && last.to === last.from && segments.length > 1) segments.pop();
  segments.push({ phase, from: at, to: null });
}

function ticksOf(story: TraceCard[]): Tick[] {
  const ticks: Tick[] = [];
  for (const entry of story) {
    if (entry.id === "pod.probe-passed") ticks.push({ at: entry.at, kind: "passed" });
    if (entry.id === "pod.probe-failed") ticks.push({ at: entry.at, kind: "failed" });
    if (entry.id === "pod.container-exited" && entry.params.code !== 0 && entry.params.exit_code !== 0) ticks.push({ at: entry.at, kind: "crash" });
  }
  return ticks;
}

/** How long each phase took before the pod was first ready, longest named first by the caller. */
export function timeToReady(lane: Lane): { total: number | null; parts: { phase: Phase; span: number; from: number }[] } {
  const ready = lane.segments.findIndex((one) => one.phase === "ready");
  const before = ready < 0 ? lane.segments : lane.segments.slice(0, ready);
  const parts = before.filter((one) => one.to !== null).map((one) => ({ phase: one.phase, span: one.to! - one.from, from: one.from }));
  const start = lane.segments[0]?.from ?? 0;
  return { total: ready < 0 ? null : lane.segments[ready]!.from - start, parts };
}

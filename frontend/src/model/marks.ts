/** What happens to a pod at one moment: signals, kills, evictions, restarts; and the runs of each of its containers. Read from its story. */
import type { PodCard, TraceCard } from "../protocol";

export type MarkKind = "term" | "kill" | "oom" | "evicted" | "preempted" | "rejected" | "restart" | "resized" | "debug";

export interface Mark {
  at: number;
  event: number;
  kind: MarkKind;
  /** The entry that tells it, for its sentence. */
  entry: TraceCard;
}

const KINDS: Record<string, MarkKind> = {
  "pod.term-sent": "term", "pod.kill-sent": "kill", "pod.oom-killed": "oom", "pod.evicted": "evicted", "pod.evicted-by-kubelet": "evicted",
  "pod.preempted-by-kubelet": "preempted", "pod.rejected": "rejected", "pod.resized": "resized",
};

/** Letters of the marks that are signals and the like; the others are glyphs. */
export const LETTERS: Partial<Record<MarkKind, string>> = { term: "T", kill: "K", oom: "O", resized: "R", debug: "D", restart: "↻" };

/** The marks of a pod, those of the containers that get the same signal at once told once. */
export function marksOf(entries: readonly TraceCard[], key: string): Mark[] {
  const marks: Mark[] = [];
  for (const entry of entries) {
    const kind = kindOf(entry, key);
    const last = marks.at(-1);
    if (kind && !(last && last.kind === kind && last.at === entry.at)) marks.push({ at: entry.at, event: entry.number, kind, entry });
  }
  return marks;
}

function kindOf(entry: TraceCard, key: string): MarkKind | null {
  if (entry.id === "scheduler.preempted") return entry.params.object === key ? null : "preempted";
  if (entry.id === "pod.container-started") return Number(entry.params.attempt) > 0 ? "restart" : null;
  if (entry.id === "api.request" && entry.params.subresource === "eviction" && Number(entry.params.code) < 300) return "evicted";
  if (entry.id === "api.request" && entry.params.subresource === "ephemeralcontainers" && Number(entry.params.code) < 300) return "debug";
  return KINDS[entry.id] ?? null;
}

/** One run of a container, or a wait before one. */
export interface Stretch {
  what: "pull" | "run" | "back-off";
  from: number;
  to: number | null;
  event: number;
  attempt: number;
  code: number | null;
  reason: string;
}

export interface ContainerLane {
  name: string;
  kind: string;
  stretches: Stretch[];
}

/** Each container's pulls, runs and back-offs, in the order in which the pod starts them. */
export function containerLanes(entries: readonly TraceCard[], pod: PodCard): ContainerLane[] {
  const lanes = pod.containers.map((one): ContainerLane => ({ name: one.name, kind: one.kind, stretches: [] }));
  const byName = new Map(lanes.map((one) => [one.name, one]));
  for (const entry of entries) {
    const lane = byName.get(String(entry.params.container ?? ""));
    if (entry.id === "pod.stopped") for (const one of lanes) end(one, entry, null, "");
    if (lane) follow(lane, entry);
  }
  return lanes;
}

function follow(lane: ContainerLane, entry: TraceCard): void {
  const begin = (what: Stretch["what"]): void => {
    end(lane, entry, null, "");
    lane.stretches.push({ what, from: entry.at, to: null, event: entry.number, attempt: Number(entry.params.attempt ?? 0), code: null, reason: "" });
  };
  if (entry.id === "pod.pull-started") begin("pull");
  else if (entry.id === "pod.pulled" || entry.id === "pod.pull-failed") end(lane, entry, null, "");
  else if (entry.id === "pod.init-started" || entry.id === "pod.container-started") begin("run");
  else if (entry.id === "pod.init-finished" || entry.id === "pod.container-exited") end(lane, entry, Number(entry.params.code ?? 0), String(entry.params.reason ?? ""));
  else if (entry.id === "pod.back-off") begin("back-off");
}

function end(lane: ContainerLane, entry: TraceCard, code: number | null, reason: string): void {
  const last = lane.stretches.at(-1);
  if (last && last.to === null) Object.assign(last, { to: entry.at, code, reason });
}

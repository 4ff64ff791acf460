/** Lanes of the pod lifecycle, read from the trace: what each pod was doing, from when to when. */
import type { PodCard, TraceCard } from "../protocol";
import { marksOf, type Mark } from "./marks";
import { Reading } from "./reading";
import { podKey, restarts, shortName, statusOf, type Status } from "./status";

export type Phase =
  | "scheduling" | "sandbox" | "pull" | "init" | "starting" | "not-ready" | "ready" | "back-off" | "terminating" | "succeeded" | "failed" | "evicted";

export interface Segment {
  phase: Phase;
  from: number;
  /** Number of the event that began it: where a click on its beginning leads. */
  event: number;
  /** null: still so at the end of what is known. */
  to: number | null;
  /** The length that was decided on when it began (a back-off), if one was. */
  planned: number | null;
}

export interface Tick {
  at: number;
  kind: "passed" | "failed" | "crash";
}

/** Probes that are asked every `period` from `from` on with one outcome; `to` null: until the end of the lane. */
export interface ProbeSeries {
  kind: "passed" | "failed";
  probe: string;
  from: number;
  to: number | null;
  period: number;
  output: string;
}

/** gone: it has ended before the playhead; later: it begins after it. */
export type LaneStatus = Status | "gone" | "later";

export interface Lane {
  key: string;
  uid: string;
  name: string;
  short: string;
  node: string;
  /** "namespace/name" of the workload that owns it, "" for a bare pod. */
  owner: string;
  status: LaneStatus;
  segments: Segment[];
  crashes: number[];
  marks: Mark[];
  probes: ProbeSeries[];
  ended: number | null;
  restarts: number;
  reason: string;
  /** The time that its times are counted from: 0, or the moment that it was aligned by. */
  origin: number;
}

/** The trace entries that tell the life of one pod. A name that was used twice has two stories. */
export interface Story {
  key: string;
  entries: TraceCard[];
}

const PHASE_OF_EVENT: Record<string, Phase> = {
  "scheduler.bound": "sandbox",
  "pod.address-assigned": "starting",
  "pod.pull-started": "pull",
  "pod.pulled": "starting",
  "pod.pull-failed": "back-off",
  "pod.init-started": "init",
  "pod.init-finished": "starting",
  "pod.container-started": "not-ready",
  "pod.ready": "ready",
  "pod.not-ready": "not-ready",
  "pod.back-off": "back-off",
  "pod.terminating": "terminating",
};

const PHASE_OF_STAGE: Record<string, Phase> = {
  unscheduled: "scheduling", scheduled: "sandbox", sandbox: "sandbox", network: "sandbox", pulling: "pull", init: "init",
  starting: "starting", "not-ready": "not-ready", ready: "ready", backoff: "back-off", terminating: "terminating",
  succeeded: "succeeded", failed: "failed", evicted: "evicted",
};

const isPodRequest = (entry: TraceCard, verb: string): boolean => entry.id === "api.request" && entry.params.verb === verb && entry.params.resource === "pods";
const isCreation = (entry: TraceCard): boolean => isPodRequest(entry, "create") && !entry.params.subresource;
const isDeletion = (entry: TraceCard): boolean => isPodRequest(entry, "delete") && !entry.params.subresource;
const byKubelet = (entry: TraceCard): boolean => String(entry.params.user ?? "").startsWith("system:node:");
const byNodeController = (entry: TraceCard): boolean => isPodRequest(entry, "patch") && entry.params.subresource === "status" && String(entry.params.user ?? "").endsWith(":node-lifecycle-controller");

/** Sorts the trace into stories: all of them by the pod's address, the oldest life of a name first. */
export class StoryBook extends Reading<Map<string, Story[]>> {
  constructor() {
    super(() => new Map(), addToStory);
  }
}

function addToStory(stories: Map<string, Story[]>, entry: TraceCard): void {
  if (entry.id === "scheduler.preempted") for (const victim of entry.params.victims as string[]) stories.get(`pod/${victim}`)?.at(-1)?.entries.push(entry);
  const key = entry.params.object;
  if (typeof key !== "string" || !key.startsWith("pod/")) return;
  const lives = stories.get(key) ?? [];
  if (lives.length === 0) stories.set(key, lives);
  if (lives.length === 0 || isCreation(entry)) lives.push({ key, entries: [] });
  lives.at(-1)!.entries.push(entry);
}

/** One lane per pod: those in `pods`, and those that the trace remembers or, in the past, foresees. `now` is the playhead. */
export const lanesOf = (pods: readonly PodCard[], stories: ReadonlyMap<string, Story[]>, now: number, owners: (uid: string) => string = () => ""): Lane[] => new LaneBook().of(pods, stories, now, owners);

/** What a lane was read from. */
interface Source {
  story: Story;
  length: number;
  pod: PodCard | null;
  key: string;
  owner: string;
  /** Whether the playhead is before its first entry, and before its last. */
  later: boolean;
  foreseen: boolean;
}

/** Lanes as they were read the last time: only pods that something has happened to are read again, the others keep their lane. */
export class LaneBook {
  private readonly known = new WeakMap<object, { source: Source; lane: Lane }>();

  of(pods: readonly PodCard[], stories: ReadonlyMap<string, Story[]>, now: number, owners: (uid: string) => string = () => ""): Lane[] {
    const cards = new Map(pods.map((pod) => [podKey(pod), pod]));
    const lanes: Lane[] = [];
    for (const [key, lives] of stories) {
      const pod = cards.get(key);
      cards.delete(key);
      // A pod of before the trace's first entry about it is shown too: its last life is the one of the card.
      const current = pod ? Math.max(lives.length ? 0 : -1, lives.findLastIndex((one) => one.entries[0]!.at <= now)) : -1;
      if (pod && lives.length === 0) lanes.push(this.lane({ key, entries: [] }, pod, key, owners, now));
      lives.forEach((life, index) => lanes.push(index === current ? this.lane(life, pod!, key, owners, now) : this.lane(life, null, index < lives.length - 1 ? `${key}@${index}` : key, owners, now)));
    }
    for (const pod of cards.values()) lanes.push(this.lane({ key: podKey(pod), entries: [] }, pod, podKey(pod), owners, now));
    return lanes;
  }

  private lane(story: Story, pod: PodCard | null, key: string, owners: (uid: string) => string, now: number): Lane {
    const { entries } = story;
    const source: Source = { story, length: entries.length, pod, key, owner: pod ? owners(pod.owner) : "", later: entries.length > 0 && entries[0]!.at > now, foreseen: entries.length > 0 && entries.at(-1)!.at > now };
    const remembered = this.known.get(entries.length ? story : pod!);
    if (remembered && isSame(remembered.source, source)) return remembered.lane;
    const lane = pod ? laneOf(pod, source) : laneOfAbsent(source);
    this.known.set(entries.length ? story : pod!, { source, lane });
    return lane;
  }
}

const isSame = (a: Source, b: Source): boolean => a.length === b.length && a.pod === b.pod && a.key === b.key && a.owner === b.owner && a.later === b.later && a.foreseen === b.foreseen;

function laneOf(pod: PodCard, { story, owner, foreseen }: Source): Lane {
  const made = story.entries.find(isCreation);
  const lane = readStory(story, made?.at ?? pod.created, made?.number ?? 0);
  if (!foreseen) closeWithCard(lane.segments, pod);
  if (pod.status === "evicted" && lane.segments.at(-1)!.phase === "failed") lane.segments.at(-1)!.phase = "evicted";
  return { ...lane, key: podKey(pod), uid: pod.uid, name: pod.name, short: shortName(pod), node: pod.node, owner, status: statusOf(pod), restarts: restarts(pod), reason: pod.reason };
}

function laneOfAbsent({ story, key, later }: Source): Lane {
  const first = story.entries[0]!;
  const name = story.key.split("/").at(-1)!;
  const placed = story.entries.find((entry) => entry.id === "scheduler.bound" || (entry.params.node && entry.id.startsWith("pod.")));
  const made = story.entries.find(isCreation);
  const owned = made && /:(replicaset|replication|statefulset|daemon-set|job)-controller$/.test(String(made.params.user));
  const owner = owned ? `${story.key.split("/")[1]}/${name.replace(/-[a-z0-9]+$/, "")}` : "";
  const lane = readStory(story, first.at, first.number);
  const restarted = story.entries.filter((entry) => entry.id === "pod.container-started" && Number(entry.params.attempt) > 0).length;
  return { ...lane, key, uid: "", name, short: shortName({ name, owner: owner || "?" }), node: String(placed?.params.node ?? ""), owner, status: later ? "later" : "gone", restarts: restarted, reason: "" };
}

/** The card is the truth about now: when the trace misses the last change (it was folded away), it is taken from there. */
function closeWithCard(segments: Segment[], pod: PodCard): void {
  const phase = PHASE_OF_STAGE[pod.stage];
  const last = segments.at(-1);
  if (!phase || !last || last.phase === phase || last.from > pod.since || last.phase === "failed" || last.phase === "succeeded") return;
  if (phase === "starting" && last.from === pod.since) return;
  push(segments, phase, Math.max(pod.since, last.from), 0);
}

interface Told {
  segments: Segment[];
  crashes: number[];
  marks: Mark[];
  origin: number;
  probes: ProbeSeries[];
  ended: number | null;
}

/** What the entries say, read one after the other. */
function readStory(story: Story, begun: number, event: number): Told {
  const told: Told = { segments: [{ phase: "scheduling", from: begun, event, to: null, planned: null }], crashes: [], marks: marksOf(story.entries, story.key), origin: 0, probes: [], ended: null };
  let exit = 0;
  let silenced = false;
  for (const entry of story.entries) {
    const last = told.segments.at(-1)!;
    const leaving = last.phase === "terminating";
    if (entry.id === "pod.container-exited") {
      exit = Number(entry.params.code ?? 0);
      if (exit !== 0 && !leaving) told.crashes.push(entry.at);
    } else if (isDeletion(entry)) remove(told, entry);
    else if (entry.id === "pod.stopped") rest(told, entry, exit, leaving);
    else if (byNodeController(entry) && last.phase === "ready") {
      silenced = true;
      push(told.segments, "not-ready", entry.at, entry.number);
    } else if (silenced && byKubelet(entry) && last.phase === "not-ready") {
      silenced = false;
      push(told.segments, "ready", entry.at, entry.number);
    } else advance(told, entry, leaving);
    followProbes(told.probes, entry);
  }
  if (told.ended !== null) close(told);
  return told;
}

/** A deletion begins the termination; the kubelet's own, or one of a pod that no kubelet has, removes the object. */
function remove(told: Told, entry: TraceCard): void {
  const last = told.segments.at(-1)!;
  if (byKubelet(entry) || last.phase === "scheduling" || last.phase === "succeeded" || last.phase === "failed") told.ended = entry.at;
  else if (last.phase !== "terminating") push(told.segments, "terminating", entry.at, entry.number);
}

/** Nothing runs any more. Without a deletion the pod has done its work, or has failed for good. */
function rest(told: Told, entry: TraceCard, exit: number, leaving: boolean): void {
  if (!leaving) push(told.segments, exit === 0 ? "succeeded" : "failed", entry.at, entry.number);
}

function advance(told: Told, entry: TraceCard, leaving: boolean): void {
  const phase = PHASE_OF_EVENT[entry.id];
  const last = told.segments.at(-1)!;
  if (!phase || leaving || last.phase === "succeeded" || last.phase === "failed") return;
  const planned = entry.id === "pod.back-off" ? Number(entry.params.duration) : null;
  if (last.phase !== phase) push(told.segments, phase, entry.at, entry.number, planned);
  else if (planned !== null) last.planned = planned;
}

function push(segments: Segment[], phase: Phase, at: number, event: number, planned: number | null = null): void {
  const last = segments.at(-1);
  if (last) last.to = Math.max(at, last.from);
  if (last && last.to === last.from && segments.length > 1) segments.pop();
  segments.push({ phase, from: at, event, to: null, planned });
}

function close(told: Told): void {
  const last = told.segments.at(-1)!;
  last.to ??= told.ended;
  for (const series of told.probes) series.to ??= told.ended;
}

const ENDS_PROBES = ["pod.container-exited", "pod.terminating", "pod.stopped"];

function followProbes(probes: ProbeSeries[], entry: TraceCard): void {
  const open = probes.at(-1);
  if (ENDS_PROBES.includes(entry.id)) {
    for (const series of probes) series.to ??= entry.at;
    return;
  }
  const kind = entry.id === "pod.probe-passed" ? "passed" : entry.id === "pod.probe-failed" ? "failed" : null;
  if (!kind) return;
  const probe = String(entry.params.probe ?? "");
  if (open && open.probe === probe) open.to ??= entry.at;
  // A startup probe is over when it has passed; a period of 0 draws this one tick only.
  const period = probe === "readiness" || kind === "failed" ? Number(entry.params.period ?? 0) : 0;
  probes.push({ kind, probe, from: entry.at, to: period ? null : entry.at, period, output: String(entry.params.output ?? "") });
}

/** The single probes of a lane between two times, at most `most` of each series (none when they would be a carpet). */
export function ticksBetween(lane: Lane, from: number, to: number, end: number, most: number): Tick[] {
  const ticks: Tick[] = lane.crashes.filter((at) => at >= from && at <= to).map((at) => ({ at, kind: "crash" }));
  for (const series of lane.probes) {
    const last = Math.min(series.to === null ? (lane.ended ?? end) : series.period ? series.to - 1 : series.to, to);
    const first = series.period ? series.from + Math.max(0, Math.ceil((from - series.from) / series.period)) * series.period : series.from;
    const single = !series.period || (last - first) / series.period > most;
    if (single && series.from >= from && series.from <= to) ticks.push({ at: series.from, kind: series.kind });
    if (!single) for (let at = first; at <= last; at += series.period) ticks.push({ at, kind: series.kind });
  }
  return ticks;
}

export interface Part {
  phase: Phase;
  span: number;
  from: number;
}

/** How long each phase took before the pod was first ready (up to `now` when it is not yet). */
export function timeToReady(lane: Lane, now: number): { total: number | null; parts: Part[] } {
  const ready = lane.segments.findIndex((one) => one.phase === "ready");
  const before = ready < 0 ? lane.segments : lane.segments.slice(0, ready);
  const parts = before.map((one) => ({ phase: one.phase, span: Math.max(0, (one.to ?? now) - one.from), from: one.from }));
  const start = lane.segments[0]?.from ?? 0;
  return { total: ready < 0 ? null : lane.segments[ready]!.from - start, parts: parts.filter((one) => one.span > 0 && one.phase !== "terminating" && one.phase !== "succeeded") };
}

/** The segment of a lane at a time. */
export function segmentAt(lane: Lane, at: number): Segment | undefined {
  return lane.segments.findLast((one) => one.from <= at);
}

/** How long the pod took to be first ready, or null when it never was. */
export function readyAfter(lane: Lane): number | null {
  const ready = lane.segments.find((one) => one.phase === "ready");
  return ready ? ready.from - lane.segments[0]!.from : null;
}

/** Beginnings of segments: the boundaries that a reader walks along a lane. */
export function boundary(lane: Lane, now: number, step: 1 | -1): Segment | undefined {
  return step === 1 ? lane.segments.find((one) => one.from > now) : lane.segments.findLast((one) => one.from < now);
}

/** The view of a run as frames build it: a snapshot, then deltas in sequence. Pure: every step gives a new object. */
import type { Branch, Clock, Delta, Flight, Keyframe, Snapshot, TraceCard } from "../protocol";

export interface RunView {
  epoch: number;
  seq: number;
  clock: Clock;
  keyframe: Keyframe;
  trace: TraceCard[];
  branches: Branch[];
  /** Messages sent since the frame before; after a snapshot those on their way. */
  flights: Flight[];
  flightsSkipped: number;
  /** Entries the server folded away: the strip and lanes have a hole here until history is fetched. */
  skipped: number;
}

/** The trace in the page is never longer; when it would be, the newest `TRACE_KEPT` entries stay. */
export const TRACE_MAX = 60_000;
export const TRACE_KEPT = 50_000;
const MAPS = ["components", "nodes", "pods", "workloads", "services", "schedulers", "waiting", "decided", "counts"] as const;

export function fromSnapshot(message: Snapshot, before: RunView | null): RunView {
  const sameBranch = before !== null && before.clock.branch === message.clock.branch;
  return {
    epoch: message.epoch,
    seq: message.seq,
    clock: message.clock,
    keyframe: message.keyframe,
    trace: mergeTrace(sameBranch ? before.trace : [], message.trace),
    branches: message.branches,
    flights: message.flights ?? [],
    flightsSkipped: 0,
    skipped: 0,
  };
}

/** The view after `message`, the same view for a frame already seen, or null when frames are missing. */
export function applyDelta(view: RunView, message: Delta): RunView | null {
  if (message.epoch !== view.epoch || message.seq > view.seq + 1) return null;
  if (message.seq <= view.seq) return view;
  return {
    ...view,
    seq: message.seq,
    clock: message.clock,
    keyframe: patched(view.keyframe, message),
    trace: mergeTrace(view.trace, message.trace),
    flights: message.flights,
    flightsSkipped: message.flights_skipped,
    skipped: view.skipped + message.skipped,
  };
}

function patched(keyframe: Keyframe, message: Delta): Keyframe {
  const next: Record<string, unknown> = { ...keyframe };
  for (const name of MAPS) {
    const changed = message.changed[name];
    const removed = message.removed[name];
    if (!changed && !removed?.length) continue;
    const map: Record<string, unknown> = { ...(keyframe[name] as object), ...changed };
    for (const key of removed ?? []) delete map[key];
    next[name] = map;
  }
  return next as unknown as Keyframe;
}

const keyOf = (entry: TraceCard): string => `${entry.number}|${entry.id}|${entry.actor}|${JSON.stringify(entry.params)}`;

/** How many entries of a trace belong to events up to `number`. */
export function countUpTo(trace: readonly TraceCard[], number: number): number {
  let [low, high] = [0, trace.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace[middle]!.number <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two stretches of the trace as one, in event order, without doubles, at most `TRACE_MAX` entries. */
export function mergeTrace(known: TraceCard[], more: TraceCard[]): TraceCard[] {
  if (more.length === 0) return known;
  const last = known.at(-1);
  if (!last || more[0]!.number > last.number) return capped([...known, ...more]);
  // Only what is not older than the new stretch can be in it twice.
  const before = countUpTo(known, more[0]!.number - 1);
  const shared = known.slice(before);
  const seen = new Set(shared.map(keyOf));
  const fresh = more.filter((entry) => !seen.has(keyOf(entry)));
  if (fresh.length === 0) return known;
  return capped([...known.slice(0, before), ...[...shared, ...fresh].sort((a, b) => a.number - b.number)]);
}

/** History read page by page from the beginning, before what the frames brought: whole events up to the last one read. */
export function withHistory(history: readonly TraceCard[], known: readonly TraceCard[]): TraceCard[] {
  return capped([...history, ...known.slice(countUpTo(known, history.at(-1)?.number ?? -1))]);
}

// Cut rarely and then by a good piece: whoever reads the trace on from where it ended has to begin anew after a cut.
const capped = (trace: TraceCard[]): TraceCard[] => (trace.length > TRACE_MAX ? trace.slice(-TRACE_KEPT) : trace);

/** The lifecycle drawing: time to the right, one lane per pod, group rows between. */
import { readyAfter, type Lane, type Segment } from "../model/lifecycle";

export const LANE = 38;
export const GROUP = 24;
export const HEAD = 200;
/** More lanes than this are folded: those that need attention stay, the others become one row per group. */
export const LANES_MAX = 40;
const KEPT = 3;

export interface LaneGroup {
  key: string;
  title: string;
  about: string;
  lanes: Lane[];
}

export type LaneRow =
  | { type: "group"; y: number; key: string; title: string; about: string }
  | { type: "lane"; y: number; lane: Lane; extra: number }
  | { type: "rest"; y: number; key: string; lanes: Lane[] };

/** Time to x and back. */
export interface Scale {
  from: number;
  to: number;
  left: number;
  width: number;
}

export const xOf = (scale: Scale, at: number): number => scale.left + ((at - scale.from) / (scale.to - scale.from)) * scale.width;
export const atOf = (scale: Scale, x: number): number => Math.round(scale.from + ((x - scale.left) / scale.width) * (scale.to - scale.from));

/** A window with its ends in order and inside the history. */
export function normalised(window: { from: number; to: number }, head: number): { from: number; to: number } {
  const [low, high] = window.from <= window.to ? [window.from, window.to] : [window.to, window.from];
  const from = Math.max(0, Math.min(low, head - 100_000));
  return { from: Math.max(0, from), to: Math.max(Math.max(0, from) + 100_000, Math.min(high, Math.max(head, 100_000))) };
}

/** The window that is shown until somebody chooses one: the whole life of the lanes, or the last stretch of a long run. */
export function defaultWindow(lanes: readonly Lane[], head: number): { from: number; to: number } {
  const first = lanes.reduce((least, lane) => Math.min(least, lane.segments[0]?.from ?? head), head);
  const from = Math.max(first, head - 120_000_000);
  const span = Math.max(2_000_000, head - from);
  return normalised({ from: Math.max(0, from - span * 0.03), to: head + span * 0.05 }, head + span * 0.05);
}

export interface Bar {
  segment: Segment;
  phase: Segment["phase"];
  x: number;
  w: number;
  span: number;
  open: boolean;
}

/** The visible part of a lane's segments, each at least 4 px wide so that a short life is still seen. */
export function barsOf(lane: Lane, scale: Scale, end: number): Bar[] {
  const right = scale.left + scale.width;
  return lane.segments.flatMap((segment) => {
    const to = segment.to ?? lane.ended ?? Math.max(end, segment.from);
    if (to < scale.from || segment.from > scale.to) return [];
    const x = Math.max(scale.left, xOf(scale, segment.from));
    const w = Math.max(4, Math.min(right, xOf(scale, to)) - x);
    return [{ segment, phase: segment.phase, x: Math.min(x, right - 4), w: Math.min(w, Math.max(4, right - x)), span: to - segment.from, open: segment.to === null && lane.ended === null }];
  });
}

/** Lanes that a reader must see before all others. */
export const needsAttention = (lane: Lane): boolean => ["failed", "unknown", "evicted", "unscheduled"].includes(lane.status) || lane.crashes.length > 0;

/** The lanes of a group that stay when there are too many: failing ones, the newest, the oldest; and the rest. */
export function condensed(lanes: readonly Lane[], kept: number): { shown: Lane[]; rest: Lane[] } {
  const failing = lanes.filter(needsAttention).slice(0, kept * 2);
  const others = lanes.filter((lane) => !failing.includes(lane));
  const chosen = new Set([...failing, ...others.slice(0, 1), ...others.slice(-Math.max(0, kept - 1))]);
  const rest = lanes.filter((lane) => !chosen.has(lane));
  return rest.length > 1 ? { shown: lanes.filter((lane) => chosen.has(lane)), rest } : { shown: [...lanes], rest: [] };
}

/** Lists of lanes are never changed in place, so what is worked out from one holds as long as it is there. */
function perList<T>(workOut: (lanes: readonly Lane[]) => T): (lanes: readonly Lane[]) => T {
  const known = new WeakMap<readonly Lane[], { of: T }>();
  return (lanes) => {
    const found = known.get(lanes) ?? { of: workOut(lanes) };
    known.set(lanes, found);
    return found.of;
  };
}

const folded = perList((lanes) => condensed(lanes, KEPT));

/** `after`, or `before` when it has the same lanes: what was worked out from that list is not worked out again. */
export const steady = (before: Lane[] | undefined, after: Lane[]): Lane[] => (before?.length === after.length && before.every((lane, index) => lane === after[index]) ? before : after);

/** Rows from the top. Groups in `open` show every lane, however many; `detail` is how much room a lane has below it for more. */
export function stacked(groups: readonly LaneGroup[], top: number, open: ReadonlySet<string> = new Set(), detail: (lane: Lane) => number = () => 0): { rows: LaneRow[]; height: number } {
  const all = groups.reduce((sum, group) => sum + group.lanes.length, 0);
  const rows: LaneRow[] = [];
  let y = top;
  for (const group of groups) {
    rows.push({ type: "group", y, key: group.key, title: group.title, about: group.about });
    y += GROUP;
    const { shown, rest } = all > LANES_MAX && !open.has(group.key) ? folded(group.lanes) : { shown: group.lanes, rest: [] };
    for (const lane of shown) {
      const extra = detail(lane);
      rows.push({ type: "lane", y, lane, extra });
      y += LANE + extra;
    }
    if (rest.length) {
      rows.push({ type: "rest", y, key: group.key, lanes: rest });
      y += LANE;
    }
  }
  return { rows, height: y };
}

export interface Step {
  at: number;
  count: number;
}

/** How many of the lanes had a segment that holds, over time: a step at every change. */
export function stepsOf(lanes: readonly Lane[], holds: (segment: Segment) => boolean): Step[] {
  const [begins, ends]: [number[], number[]] = [[], []];
  for (const lane of lanes) {
    for (const segment of lane.segments) {
      if (!holds(segment)) continue;
      begins.push(segment.from);
      const to = segment.to ?? lane.ended;
      if (to !== null) ends.push(to);
    }
  }
  return steps(Float64Array.from(begins).sort(), Float64Array.from(ends).sort());
}

function steps(begins: Float64Array, ends: Float64Array): Step[] {
  const found: Step[] = [];
  let [began, ended] = [0, 0];
  while (began < begins.length || ended < ends.length) {
    const at = Math.min(begins[began] ?? Infinity, ends[ended] ?? Infinity);
    const before = began - ended;
    while (begins[began] === at) began++;
    while (ends[ended] === at) ended++;
    if (began - ended !== before) found.push({ at, count: began - ended });
  }
  return found;
}

/** Lanes that existed, and lanes that served, over time. */
export const existing = perList((lanes) => stepsOf(lanes, () => true));
export const serving = perList((lanes) => stepsOf(lanes, (one) => one.phase === "ready"));

/** The outline of steps between two times as a path; `tallest` reaches `height` above `base`. Of the steps within half a pixel the last is drawn. */
export function outline(steps: readonly Step[], scale: Scale, end: number, base: number, height: number, tallest: number): string {
  const y = (count: number): number => base - (count / Math.max(1, tallest)) * height;
  const before = steps.findLast((one) => one.at <= scale.from)?.count ?? 0;
  const parts = [`M${scale.left.toFixed(1)} ${base}V${y(before).toFixed(1)}`];
  let place = -1;
  for (const one of steps) {
    if (one.at <= scale.from || one.at >= Math.min(scale.to, end)) continue;
    const x = Math.round(xOf(scale, one.at) * 2);
    if (x === place) parts.pop();
    place = x;
    parts.push(`H${x / 2}V${y(one.count).toFixed(1)}`);
  }
  parts.push(`H${Math.min(scale.left + scale.width, xOf(scale, end)).toFixed(1)}V${base}Z`);
  return parts.join("");
}

/** Half, nineteen of twenty and the slowest: the times to ready of lanes, or null when none was ready. */
export const readyTimes = perList((lanes): { half: number; most: number; slowest: number } | null => {
  const times = Float64Array.from(lanes.map(readyAfter).filter((one) => one !== null)).sort();
  if (times.length === 0) return null;
  const at = (share: number): number => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)]!;
  return { half: at(0.5), most: at(0.95), slowest: times.at(-1)! };
});

/** Lanes moved so that a moment of each life is at 0: that of its creation, or that of its first readiness. */
import type { Lane } from "../model/lifecycle";

export type Align = "absolute" | "created" | "ready";
export const ALIGNS: readonly Align[] = ["absolute", "created", "ready"];

/** The moment of a lane that is put at 0. A pod that was not ready yet is put with its end there: all before 0 is waiting. */
export function originOf(lane: Lane, align: Align, end: number): number {
  if (align === "absolute") return 0;
  if (align === "created") return lane.segments[0]?.from ?? 0;
  return lane.segments.find((one) => one.phase === "ready")?.from ?? lane.ended ?? end;
}

const known = new WeakMap<Lane, { origin: number; lane: Lane }>();

/** A lane with its times counted from `origin`; what was moved once is not moved again. */
export function moved(lane: Lane, origin: number): Lane {
  if (origin === 0) return lane;
  const found = known.get(lane);
  if (found?.origin === origin) return found.lane;
  const shift = (at: number): number => at - origin;
  const result: Lane = {
    ...lane,
    origin,
    segments: lane.segments.map((one) => ({ ...one, from: shift(one.from), to: one.to === null ? null : shift(one.to) })),
    crashes: lane.crashes.map(shift),
    marks: lane.marks.map((one) => ({ ...one, at: shift(one.at) })),
    probes: lane.probes.map((one) => ({ ...one, from: shift(one.from), to: one.to === null ? null : shift(one.to) })),
    ended: lane.ended === null ? null : shift(lane.ended),
  };
  known.set(lane, { origin, lane: result });
  return result;
}

/** The window of aligned lanes: the longest way to readiness, and a little more; what was never ready reaches out of it. */
export function alignedWindow(lanes: readonly Lane[], align: Align, end: number): { from: number; to: number } {
  const spans = lanes.flatMap((lane) => {
    const ready = lane.segments.find((one) => one.phase === "ready")?.from;
    return ready === undefined ? [] : [ready - lane.segments[0]!.from];
  });
  if (spans.length === 0) for (const lane of lanes) spans.push((lane.ended ?? end - lane.origin) - (lane.segments[0]?.from ?? 0));
  const longest = Math.max(1_000_000, ...spans);
  return align === "created" ? { from: -longest * 0.03, to: longest * 1.25 } : { from: -longest * 1.08, to: longest * 0.3 };
}

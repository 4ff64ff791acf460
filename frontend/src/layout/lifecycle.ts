/** The lifecycle drawing: time to the right, one lane per pod, group rows between. */
import type { Lane, Segment } from "../model/lifecycle";

export const LANE = 38;
export const GROUP = 24;
export const HEAD = 200;

export type LaneRow = { type: "group"; y: number; key: string; title: string; about: string } | { type: "lane"; y: number; lane: Lane };

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
  const from = Math.max(0, Math.min(low, head));
  return { from, to: Math.max(from + 100_000, Math.min(high, Math.max(head, from + 100_000))) };
}

export interface Bar {
  phase: Segment["phase"];
  x: number;
  w: number;
  span: number;
  open: boolean;
}

/** The visible part of a lane's segments, each at least 2 px wide so that a short life is still seen. */
export function barsOf(lane: Lane, scale: Scale, end: number): Bar[] {
  return lane.segments.flatMap((segment) => {
    const to = segment.to ?? lane.ended ?? end;
    if (to < scale.from || segment.from > scale.to) return [];
    const x = Math.max(scale.left, xOf(scale, segment.from));
    const right = Math.min(scale.left + scale.width, xOf(scale, to));
    return [{ phase: segment.phase, x, w: Math.max(2, right - x), span: to - segment.from, open: segment.to === null && lane.ended === null }];
  });
}

/** Lanes in groups, rows from the top. */
export function stacked(groups: { key: string; title: string; about: string; lanes: Lane[] }[], top: number): { rows: LaneRow[]; height: number } {
  const rows: LaneRow[] = [];
  let y = top;
  for (const group of groups) {
    rows.push({ type: "group", y, key: group.key, title: group.title, about: group.about });
    y += GROUP;
    for (const lane of group.lanes) {
      rows.push({ type: "lane", y, lane });
      y += LANE;
    }
  }
  return { rows, height: y };
}

/** Many nodes as a grid of cells, each with its pods as marks or, where they would be too small, as a bar of statuses. */
import { STATUSES, statusOf, type Status } from "../model/status";
import type { PodCard } from "../protocol";
import type { Box } from "./geometry";

const GAP = 3;
export const CELL_MIN = 15;
const MARK_MIN = 3;

export interface Grid {
  columns: number;
  cell: number;
  /** How many cells have room; the rest is a number. */
  shown: number;
}

/** The largest square cells with which `count` nodes fit into a box, none smaller than `CELL_MIN`. */
export function gridOf(count: number, box: Box): Grid {
  let cell = Math.min(120, Math.floor(Math.sqrt((box.w * box.h) / Math.max(1, count))));
  while (cell > CELL_MIN && Math.floor((box.w + GAP) / (cell + GAP)) * Math.floor((box.h + GAP) / (cell + GAP)) < count) cell -= 1;
  cell = Math.max(CELL_MIN, cell);
  const columns = Math.max(1, Math.floor((box.w + GAP) / (cell + GAP)));
  const capacity = columns * Math.max(1, Math.floor((box.h + GAP) / (cell + GAP)));
  return { columns, cell, shown: Math.min(count, capacity) };
}

export const cellBox = (grid: Grid, box: Box, index: number): Box => ({
  x: box.x + (index % grid.columns) * (grid.cell + GAP), y: box.y + Math.floor(index / grid.columns) * (grid.cell + GAP), w: grid.cell, h: grid.cell,
});

/** The cell under a point, or -1. */
export function cellAt(grid: Grid, box: Box, x: number, y: number): number {
  const column = Math.floor((x - box.x) / (grid.cell + GAP));
  const index = Math.floor((y - box.y) / (grid.cell + GAP)) * grid.columns + column;
  return column >= 0 && column < grid.columns && index >= 0 && index < grid.shown ? index : -1;
}

/** The side of one pod's mark in a cell, or 0 when pods are told as a bar of shares. */
export function markSize(cell: number, pods: number): number {
  const side = Math.floor((cell - 4) / Math.ceil(Math.sqrt(Math.max(1, pods)))) - 1;
  return side >= MARK_MIN ? Math.min(side, 14) : 0;
}

/** Pods by status in the order of the legend, those in trouble first: aggregation never hides a failure. */
export function byTrouble(pods: readonly PodCard[]): PodCard[] {
  const order = (pod: PodCard): number => TROUBLE.indexOf(statusOf(pod));
  return [...pods].sort((a, b) => order(a) - order(b));
}

export const TROUBLE: Status[] = ["failed", "unknown", "evicted", "not-ready", "terminating", "creating", "unscheduled", "ready", "succeeded"];

export const worstOf = (pods: readonly PodCard[]): Status | null => TROUBLE.find((status) => pods.some((pod) => statusOf(pod) === status)) ?? null;

/** Shares of a bar: each status present with the part of the whole where it begins and ends. */
export function sharesOf(pods: readonly PodCard[]): { status: Status; from: number; to: number }[] {
  let from = 0;
  return [...STATUSES].sort((a, b) => TROUBLE.indexOf(a) - TROUBLE.indexOf(b)).flatMap((status) => {
    const count = pods.filter((pod) => statusOf(pod) === status).length;
    if (!count) return [];
    const share = { status, from, to: from + count / pods.length };
    from = share.to;
    return [share];
  });
}

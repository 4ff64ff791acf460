/** Counts over time, one above the other: the pods of each revision as stacked steps; and a single figure as a line of steps. */
import type { Step } from "./lifecycle";

export interface Point {
  at: number;
  value: number;
}

export interface Frame {
  from: number;
  to: number;
  left: number;
  width: number;
  top: number;
  height: number;
  tallest: number;
}

export const xAt = (frame: Frame, at: number): number => frame.left + ((Math.min(Math.max(at, frame.from), frame.to) - frame.from) / (frame.to - frame.from)) * frame.width;
export const yAt = (frame: Frame, value: number): number => frame.top + frame.height - (Math.min(value, frame.tallest) / Math.max(1e-9, frame.tallest)) * frame.height;

/** For each series the steps of its upper edge: its own count and those of the series below it. */
export function stacked(series: readonly (readonly Step[])[]): Step[][] {
  const times = [...new Set(series.flatMap((one) => one.map((step) => step.at)))].sort((a, b) => a - b);
  const places = series.map(() => 0);
  const tops: Step[][] = series.map(() => []);
  for (const at of times) {
    let sum = 0;
    series.forEach((steps, index) => {
      while (places[index]! < steps.length && steps[places[index]!]!.at <= at) places[index]!++;
      sum += steps[places[index]! - 1]?.count ?? 0;
      tops[index]!.push({ at, count: sum });
    });
  }
  return tops;
}

/** The value of steps at a time; 0 before the first. */
export const valueAt = (steps: readonly Step[], at: number): number => steps.findLast((one) => one.at <= at)?.count ?? 0;

/** The area under steps, from the beginning of the frame to `end`. */
export function areaPath(steps: readonly Step[], frame: Frame, end: number): string {
  const base = yAt(frame, 0).toFixed(1);
  return `M${frame.left.toFixed(1)} ${base}V${yAt(frame, valueAt(steps, frame.from)).toFixed(1)}${edges(steps, frame, end)}H${xAt(frame, end).toFixed(1)}V${base}Z`;
}

/** A line of steps through points: each value holds until the next. "" without points before `end`. */
export function linePath(points: readonly Point[], frame: Frame, end: number): string {
  const steps = points.filter((one) => one.at <= end).map((one) => ({ at: one.at, count: one.value }));
  if (steps.length === 0) return "";
  const begin = Math.max(frame.from, steps[0]!.at);
  return `M${xAt(frame, begin).toFixed(1)} ${yAt(frame, valueAt(steps, begin)).toFixed(1)}${edges(steps, { ...frame, from: begin, left: xAt(frame, begin), width: frame.left + frame.width - xAt(frame, begin) }, end)}H${xAt(frame, end).toFixed(1)}`;
}

/** Of the changes within half a pixel the last is drawn. */
function edges(steps: readonly Step[], frame: Frame, end: number): string {
  const parts: string[] = [];
  let place = -1;
  for (const one of steps) {
    if (one.at <= frame.from || one.at > Math.min(frame.to, end)) continue;
    const x = Math.round(xAt(frame, one.at) * 2);
    if (x === place) parts.pop();
    place = x;
    parts.push(`H${x / 2}V${yAt(frame, one.count).toFixed(1)}`);
  }
  return parts.join("");
}

/** A round number that is at least `value`, for the top of an axis: 1, 2, 5, 10, 20 … */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-9, value)));
  return [1, 1.5, 2, 3, 5, 8, 10].map((one) => one * power).find((one) => one >= value - 1e-9)!;
}

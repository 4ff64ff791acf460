/** What nodes, pods and containers consume over time, as charts draw it. Pure. */
import type { Keyframe, PodCard } from "../protocol";

/** [µs, nanocores, bytes]. */
export type Point = readonly [number, number, number];

export interface Series {
  kind: "node" | "pod" | "container";
  namespace: string;
  name: string;
  node: string;
  container: string;
  points: Point[];
  /** [millicores, bytes], 0 where there is none. Of a node: what its pods asked for, and what they may take. */
  requests: [number, number];
  limits: [number, number];
}

export interface Usage {
  step: number;
  /** When metrics-server looked last; null: it tells nothing, and the points are not its samples. */
  scraped: number | null;
  rows: Series[];
}

export type Measure = "cpu" | "memory";

/** A line across a chart: what was asked for, what may be taken, where the autoscaler aims. In the units of the measure. */
export interface Bound {
  kind: "request" | "limit" | "target";
  value: number;
}

export const NANO = 1_000_000;

/** The value of a point: millicores or bytes. */
export const valueOf = (point: Point, measure: Measure): number => (measure === "cpu" ? point[1] / NANO : point[2]);

export const latest = (series: Series, measure: Measure): number => {
  const last = series.points.at(-1);
  return last ? valueOf(last, measure) : 0;
};

export const keyOf = (series: Series): string => [series.kind, series.namespace, series.name, series.container].filter(Boolean).join("/");

/** "250m", "1.5", "64Mi" in millicores or bytes; null if it is no quantity that is known here. */
export function quantity(text: string, measure: Measure): number | null {
  const found = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text);
  if (!found) return null;
  const factor = { m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }[found[2] ?? ""] ?? 1;
  return Number(found[1]) * factor * (measure === "cpu" ? 1000 : 1);
}

/** Where the autoscaler of a pod's workload aims with this pod's request; null if there is none, or it looks at something else. */
export function targetOf(keyframe: Keyframe, pod: PodCard | undefined, series: Series, measure: Measure): number | null {
  let workload = pod && keyframe.workloads[pod.owner];
  while (workload && !workload.autoscaler && keyframe.workloads[workload.owner]) workload = keyframe.workloads[workload.owner];
  const metric = workload?.autoscaler?.metrics.find((one) => one.type === "Resource" && one.name === measure);
  if (!metric) return null;
  if (metric.measure === "Utilization") {
    const request = series.requests[measure === "cpu" ? 0 : 1];
    return request ? (Number(metric.target) / 100) * request : null;
  }
  return quantity(metric.target, measure);
}

export function boundsOf(series: Series, measure: Measure, target: number | null): Bound[] {
  const place = measure === "cpu" ? 0 : 1;
  const found: Bound[] = [];
  if (series.requests[place]) found.push({ kind: "request", value: series.requests[place] });
  if (series.limits[place]) found.push({ kind: "limit", value: series.limits[place] });
  if (target !== null) found.push({ kind: "target", value: target });
  return found;
}

/** The top of the scale: a round number over every value. A limit that is far above everything does not flatten the rest: it is told in words. */
export function topOf(series: Series, measure: Measure, bounds: readonly Bound[]): number {
  const most = Math.max(1, ...series.points.map((point) => valueOf(point, measure)));
  const shown = bounds.map((one) => one.value).filter((value) => value <= most * 8);
  return niceTop(Math.max(most, ...shown), measure);
}

function niceTop(value: number, measure: Measure): number {
  const unit = measure === "cpu" ? 1 : 2 ** 20;
  const scaled = Math.max(1, value / unit);
  const power = 10 ** Math.floor(Math.log10(scaled));
  const step = [1, 2, 5, 10].find((one) => one * power >= scaled * 1.05) ?? 20;
  return step * power * unit;
}

/** An SVG path of the points in a box of this size. */
export function pathOf(points: readonly Point[], measure: Measure, width: number, height: number, top: number): string {
  if (!points.length) return "";
  const [from, to] = [points[0]![0], points.at(-1)![0]];
  const x = (at: number): number => (to > from ? ((at - from) / (to - from)) * width : width);
  const y = (value: number): number => height - (Math.min(value, top) / top) * height;
  return points.map((point, index) => `${index ? "L" : "M"}${round(x(point[0]))} ${round(y(valueOf(point, measure)))}`).join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Millicores as `kubectl top` prints them, bytes in MiB. */
export function amount(value: number, measure: Measure): string {
  return measure === "cpu" ? `${Math.ceil(value).toLocaleString("en")}m` : `${Math.floor(value / 2 ** 20).toLocaleString("en")}Mi`;
}

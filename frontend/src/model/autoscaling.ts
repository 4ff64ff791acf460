/** What an autoscaler has measured and decided over time, as the trace tells it. */
import type { AutoscalerCard, ConditionCard, MetricCard, TraceCard, WorkloadCard } from "../protocol";
import { Reading } from "./reading";

export interface Measured {
  at: number;
  event: number;
  /** By the name of the metric: in thousandths, current and target. */
  metrics: Map<string, { current: number; target: number }>;
  before: number;
  after: number;
  wanted: number;
}

/** What every autoscaler has measured, by "namespace/name", the oldest first. */
export class MeasureBook extends Reading<Map<string, Measured[]>> {
  constructor() {
    super(() => new Map(), read);
  }
}

function read(told: Map<string, Measured[]>, entry: TraceCard): void {
  if (entry.id !== "autoscaler.measured") return;
  const { key, metrics, before, after, wanted } = entry.params;
  const found = new Map((metrics as [string, number, number][]).map(([name, current, target]) => [name, { current, target }]));
  const list = told.get(String(key)) ?? [];
  if (list.length === 0) told.set(String(key), list);
  list.push({ at: entry.at, event: entry.number, metrics: found, before: Number(before), after: Number(after), wanted: Number(wanted ?? before) });
}

/** "73" of a Utilization reads "73 %"; quantities are written as they are. */
export const withUnit = (value: string, metric: MetricCard): string => (value === "" ? "–" : metric.measure === "Utilization" ? `${value} %` : value);

/** Thousandths back to a number as it is read on an axis. */
export function amount(milli: number, metric: MetricCard): string {
  if (metric.measure === "Utilization") return `${Math.round(milli / 1000)} %`;
  if (metric.name.startsWith("memory")) return `${Math.round(milli / 1000 / 2 ** 20)} Mi`;
  return milli < 10_000 ? `${milli}m` : (milli / 1000).toLocaleString("en", { maximumFractionDigits: 1 });
}

/** The window of the charts: the last ten minutes, or all since the first measurement when that is less; at least a minute. */
export function chartWindow(measured: readonly Measured[], now: number): { from: number; to: number } {
  const first = measured[0]?.at ?? now;
  const from = Math.max(0, Math.min(Math.max(first - 10_000_000, now - 600_000_000), now - 60_000_000));
  return { from, to: Math.max(now, from + 60_000_000) };
}

/** Which recommendation of the window holds a shrinking back: the highest one that is above what the metrics ask for now. */
export function heldBy(card: AutoscalerCard, now: number): { at: number; replicas: number; until: number } | null {
  const inside = card.recommended.filter(([at]) => at! >= now - card.window_down * 1e6);
  const last = inside.at(-1);
  if (!last) return null;
  const highest = inside.reduce((most, one) => (one[1]! >= most[1]! ? one : most), last);
  return highest[1]! > last[1]! ? { at: highest[0]!, replicas: highest[1]!, until: highest[0]! + card.window_down * 1e6 } : null;
}

/** Conditions that say that something stands in the way: not able, not active, or limited. */
export const inTheWay = (conditions: readonly ConditionCard[]): ConditionCard[] =>
  conditions.filter((one) => (one.type === "ScalingLimited" ? one.status === "True" : one.status !== "True"));

export const scalerKey = (workload: WorkloadCard): string => `${workload.namespace}/${workload.autoscaler?.name ?? ""}`;

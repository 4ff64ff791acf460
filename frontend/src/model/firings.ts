/** The lane of a CronJob: the Jobs that it has started, from the trace and from those that are still there, and the times to come. */
import type { TraceCard, WorkloadCard } from "../protocol";
import { EPOCH_MS } from "./clock";
import { Reading } from "./reading";

export interface Firing {
  job: string;
  /** The time of the schedule that it was due at, µs. */
  due: number;
  began: number;
  ended: number | null;
  state: "" | "Complete" | "Failed" | "gone";
  /** Number of the event that started it; 0 when the trace does not tell it. */
  event: number;
}

/** What the trace tells of the Jobs of CronJobs: by "namespace/cronjob", and the ends of Jobs by "namespace/job". */
export interface Told {
  started: Map<string, Firing[]>;
  ended: Map<string, { at: number; state: "Complete" | "Failed" }>;
}

const FAILED = ["BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy", "FailedIndexes", "MaxFailedIndexesExceeded"];
export const microseconds = (rfc3339: string): number => (Date.parse(rfc3339) - EPOCH_MS) * 1000;

export class FiringBook extends Reading<Told> {
  constructor() {
    super(() => ({ started: new Map(), ended: new Map() }), read);
  }
}

function read(told: Told, entry: TraceCard): void {
  const key = String(entry.params.key ?? "");
  if (entry.id === "cronjob.started") {
    const firing: Firing = { job: String(entry.params.job), due: microseconds(String(entry.params.at)), began: entry.at, ended: null, state: "", event: entry.number };
    told.started.set(key, [...(told.started.get(key) ?? []), firing]);
  } else if (entry.id === "job.decided") told.ended.set(key, { at: entry.at, state: FAILED.includes(String(entry.params.reason)) ? "Failed" : "Complete" });
}

/** The runs of a CronJob up to `now`, the oldest first. A card is the truth about its Job; what is gone is told by the trace. */
export function firingsOf(told: Told, cron: WorkloadCard, jobs: readonly WorkloadCard[], now: number): Firing[] {
  const cards = new Map(jobs.map((one) => [one.name, one]));
  const found = (told.started.get(`${cron.namespace}/${cron.name}`) ?? []).filter((one) => one.began <= now).map((one) => withEnd(one, cards.get(one.job), told.ended.get(`${cron.namespace}/${one.job}`), now));
  const known = new Set(found.map((one) => one.job));
  const others = jobs.filter((one) => !known.has(one.name)).map((one): Firing => ({ job: one.name, due: one.job!.due ? microseconds(one.job!.due) : one.created, began: one.job!.started ?? one.created, ended: one.job!.ended, state: stateOf(one), event: 0 }));
  return [...found, ...others].sort((a, b) => a.began - b.began);
}

function withEnd(firing: Firing, card: WorkloadCard | undefined, end: { at: number; state: "Complete" | "Failed" } | undefined, now: number): Firing {
  if (end && end.at <= now) return { ...firing, ended: end.at, state: end.state };
  if (card) return { ...firing, ended: card.job!.ended, state: stateOf(card) };
  return { ...firing, state: "gone" };
}

const stateOf = (card: WorkloadCard): Firing["state"] => (card.job!.state === "Complete" || card.job!.state === "Failed" ? card.job!.state : "");

/** The window of the lane: as far back as it looks ahead, at least the last runs, so that past and future are seen together. */
export function laneWindow(firings: readonly Firing[], next: readonly { at: number }[], now: number): { from: number; to: number } {
  const ahead = Math.max(60_000_000, (next.at(-1)?.at ?? now) - now);
  const earliest = firings.at(-4)?.due ?? firings[0]?.due ?? now - ahead;
  return { from: Math.max(0, Math.min(now - ahead * 0.6, Math.max(earliest, now - ahead * 3))), to: Math.round(now + ahead * 1.08) };
}

/** What a pod's row says: since when it is as it is, and what is done about it now. */
import { t } from "../../i18n/index.svelte";
import { formatClock, formatSpan } from "../../model/clock";
import type { Lane } from "../../model/lifecycle";
import type { PodCard } from "../../protocol";

const ORDINARY = ["Running", "Pending", "Terminating", "ContainerCreating", "Completed"];

/** The next probe of a pod that is not ready, or null when none is asked. */
export function nextProbe(lane: Lane | undefined, now: number): number | null {
  const series = lane?.probes.findLast((one) => one.from <= now && one.kind === "failed" && one.period > 0);
  if (!series || (series.to !== null && series.to <= now)) return null;
  return series.from + (Math.floor((now - series.from) / series.period) + 1) * series.period;
}

export function observed(pod: PodCard, lane: Lane | undefined, now: number): string {
  const since = t("workloads.since", { time: formatClock(pod.since) });
  const next = nextProbe(lane, now);
  if (pod.status === "not-ready" && next !== null) return t("workloads.probe-failed", { next: formatClock(next) });
  return ORDINARY.includes(pod.reason) || !pod.reason ? since : `${pod.reason} · ${since}`;
}

export function doing(pod: PodCard, lane: Lane | undefined, now: number): string {
  if (pod.stage === "ready" && pod.status === "ready") return "";
  const wait = lane?.segments.findLast((one) => one.from <= now);
  if (pod.stage === "backoff" && wait?.planned) return t("doing.backoff-until", { span: formatSpan(Math.max(0, wait.from + wait.planned - now)) });
  return t(`doing.${pod.stage}`);
}

/** What the panels draw, as sentences: for the text rendering, kind by kind. */
import { t, tell, tn } from "../../i18n/index.svelte";
import { withUnit } from "../../model/autoscaling";
import { formatClock, formatSpan } from "../../model/clock";
import type { RunView } from "../../model/frames";
import { budgetOf, podsOf } from "../../model/owners";
import { ordinalsOf } from "../../model/places";
import type { WorkloadCard } from "../../protocol";

export function sentencesOf(one: WorkloadCard, run: RunView): string[] {
  return [...ofRollout(one), ...ofJob(one, run), ...ofSchedule(one, run), ...ofOrdinals(one, run), ...ofNodes(one), ...ofAutoscaler(one), ...ofBudgets(one)];
}

function ofRollout(one: WorkloadCard): string[] {
  if (!one.deployment || one.strategy.type === "Recreate") return [];
  const { max, min } = budgetOf(one);
  return [t("told.budget", { total: one.total, max, available: one.available, min, updated: one.updated, desired: one.desired })];
}

function ofJob(one: WorkloadCard, run: RunView): string[] {
  if (!one.job) return [];
  const { succeeded, failed, active, completed, failed_indexes: lost, backoff_until: until } = one.job;
  const left = until === null ? 0 : until - run.clock.now;
  return [
    t("told.job", { succeeded, failed, active, desired: one.desired }),
    ...(one.job.indexed ? [t("told.indexes", { completed: completed || "–", lost: lost || "–" })] : []),
    ...(left > 0 ? [tn("completions.backs-off", one.job.failures, { time: formatClock(until!) })] : []),
  ];
}

function ofSchedule(one: WorkloadCard, run: RunView): string[] {
  if (!one.cron) return [];
  const { schedule, zone, next, suspended, policy, last } = one.cron;
  const times = next.map((firing) => t("told.firing", { span: formatSpan(Math.max(0, firing.at - run.clock.now)), clock: firing.clock }));
  return [
    t("told.schedule", { schedule, zone: zone || "UTC" }),
    ...(one.cron.problem ? [one.cron.problem] : []),
    ...(suspended ? [t("schedule.suspended")] : []),
    last === null ? t("workloads.never-ran") : t("workloads.last-ran", { time: formatClock(last) }),
    ...times,
    t(`policy.${policy}`),
  ];
}

function ofOrdinals(one: WorkloadCard, run: RunView): string[] {
  if (!one.stateful) return [];
  const { shown, more } = ordinalsOf(one, podsOf(run.keyframe, one.uid));
  const lines = shown.map((ordinal) => t("told.ordinal", { name: ordinal.name, status: ordinal.pod ? t(`status.${ordinal.pod.status}`) : t(ordinal.wanted ? "ordinals.missing" : "ordinals.unwanted"), claims: ordinal.claims.map((claim) => `${claim.name} ${claim.phase}`).join(", ") || "–" }));
  return [t(`podpolicy.${one.stateful.policy}`), ...lines, ...(more ? [t("table.more", { count: more })] : [])];
}

function ofNodes(one: WorkloadCard): string[] {
  if (!one.daemon) return [];
  const passed = one.daemon.refused.reduce((sum, group) => sum + group.count, 0);
  return [t("nodeslots.eligible", { eligible: one.daemon.eligible, passed }), ...one.daemon.refused.map((group) => t("told.refused", { nodes: group.nodes.slice(0, 5).join(", "), count: group.count, reason: tell(group.reason) }))];
}

function ofAutoscaler(one: WorkloadCard): string[] {
  if (!one.autoscaler) return [];
  const { name, min, max, current, desired, metrics, conditions } = one.autoscaler;
  const shown = metrics.map((metric) => t("told.metric", { name: metric.name, current: withUnit(metric.current, metric), target: withUnit(metric.target, metric) }));
  return [t("told.autoscaler", { name, min, max, current, desired }), ...shown, ...conditions.map((found) => `${found.type}: ${found.status} (${found.reason}: ${found.message})`)];
}

const ofBudgets = (one: WorkloadCard): string[] => one.budgets.map((budget) => t("told.pdb", { name: budget.name, healthy: budget.healthy, needed: budget.needed, allowed: budget.allowed }));

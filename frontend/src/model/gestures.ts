/** What a button of the workloads does, as the kubectl line that a person would type: it is carried out by the terminal, and stands there. */
import type { WorkloadCard } from "../protocol";

const kind = (one: WorkloadCard): string => one.kind.toLowerCase();
const place = (one: WorkloadCard): string => `-n ${one.namespace}`;
const patch = (one: WorkloadCard, change: unknown): string => `kubectl patch ${kind(one)} ${one.name} ${place(one)} --type=merge -p '${JSON.stringify(change)}'`;

export const pauseLine = (one: WorkloadCard): string => `kubectl rollout ${one.deployment?.paused ? "resume" : "pause"} ${kind(one)}/${one.name} ${place(one)}`;
export const undoLine = (one: WorkloadCard, revision?: string): string => `kubectl rollout undo ${kind(one)}/${one.name} ${place(one)}${revision ? ` --to-revision=${revision}` : ""}`;
export const restartLine = (one: WorkloadCard): string => `kubectl rollout restart ${kind(one)}/${one.name} ${place(one)}`;
export const suspendLine = (one: WorkloadCard): string => patch(one, { spec: { suspend: !(one.job ?? one.cron)?.suspended } });

/** A CronJob's Job now; the event number makes the name another one each time. */
export const triggerLine = (one: WorkloadCard, event: number): string => `kubectl create job ${one.name.slice(0, 40)}-manual-${event} --from=cronjob/${one.name} ${place(one)}`;

export const strategyLine = (one: WorkloadCard, type: "RollingUpdate" | "Recreate"): string =>
  patch(one, { spec: { strategy: { type, ...(type === "Recreate" ? { rollingUpdate: null } : {}) } } });

export const budgetLine = (one: WorkloadCard, surge: string, unavailable: string): string =>
  patch(one, { spec: { strategy: { rollingUpdate: { maxSurge: numberOrText(surge), maxUnavailable: numberOrText(unavailable) } } } });

/** "2" is a number, "25%" a text; anything else goes to the API server as it is, which refuses it in its own words. */
const numberOrText = (text: string): number | string => (/^-?\d+$/.test(text.trim()) ? Number(text) : text.trim().replaceAll("'", ""));

/** How many pods "25%" of so many is, or null for what is neither number nor share: surge rounds up, unavailability down. */
export function resolved(text: string, desired: number, up: boolean): number | null {
  const [, digits, percent] = /^(\d+)(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  if (!percent) return Number(digits);
  const exact = (Number(digits) * desired) / 100;
  return up ? Math.ceil(exact - 1e-9) : Math.floor(exact + 1e-9);
}

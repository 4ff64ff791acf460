/** Which pod the view is about, and when the scheduler decided about it last. */
import type { RunView } from "../../model/frames";
import { podToShow } from "../../model/queue";
import type { App } from "../../state.svelte";

const DECISIONS = ["scheduler.decided", "scheduler.unschedulable"];

/**
 * "namespace/name" of the selected pod, else of the one that was chosen before, else of one that waits. While time runs the view
 * stays with the pod that it has (`kept`), unless that is settled and another one waits.
 */
export function subjectOf(app: App, run: RunView, kept: string): string {
  if (app.selection.startsWith("pod/")) return app.selection.slice("pod/".length);
  if (app.decisions.pod) return app.decisions.pod;
  const { waiting, decided } = run.keyframe;
  const found = podToShow(run.keyframe);
  const stays = run.clock.playing && (kept in waiting || (kept in decided && !(found in waiting)));
  return stays ? kept : found;
}

/** The event of the last decision about a pod up to the playhead; 0: none is known. */
export function decidedAt(run: RunView, pod: string): number {
  const about = `pod/${pod}`;
  const { number } = run.clock;
  return run.trace.findLast((entry) => entry.number <= number && entry.params.object === about && DECISIONS.includes(entry.id))?.number ?? 0;
}

export interface Attempt {
  number: number;
  at: number;
  node: string | null;
}

/** Every decision about a pod that is recorded, the first one first; those after the playhead too. */
export function attemptsOf(run: RunView, pod: string): Attempt[] {
  const about = `pod/${pod}`;
  return run.trace.filter((entry) => entry.params.object === about && DECISIONS.includes(entry.id)).map((entry) => ({ number: entry.number, at: entry.at, node: entry.id === "scheduler.decided" ? String(entry.params.node ?? "") : null }));
}

/** Choose a pod in the queue: it is selected, as everywhere. */
export function choosePod(app: App, pod: string): void {
  app.decisions.choose(pod);
  app.selection = `pod/${pod}`;
}

/** The part of "namespace/name" that is worth its room; of a generated name the workload's and the last five letters. */
export const podShort = (pod: string): string => podName(pod).replace(/^(.+)-[a-z0-9]{8,10}-([a-z0-9]{5})$/, "$1…$2");

/** "namespace/name" without the default namespace. */
export const podName = (pod: string): string => (pod.startsWith("default/") ? pod.slice("default/".length) : pod);

/** Which workload the view is about: that of the selection, else the chosen one, else the first that a person applied. */
import type { RunView } from "../../model/frames";
import { rootOf, rootWorkloads } from "../../model/owners";
import type { WorkloadCard } from "../../protocol";
import { keyOfWorkload } from "../../selection";
import type { App } from "../../state.svelte";

export const BARE = "bare";

/** null: the pods that nobody owns, or nothing at all. */
export function focused(app: App, run: RunView): WorkloadCard | null {
  const above = rootOf(app.selected, run.keyframe);
  if (above) return above;
  if (app.focusDeployment === BARE || (app.selected?.type === "pod" && !app.selected.pod.owner)) return null;
  const roots = rootWorkloads(run.keyframe);
  return roots.find((one) => keyOfWorkload(one) === app.focusDeployment) ?? roots.find((one) => !one.namespace.startsWith("kube-")) ?? roots[0] ?? null;
}

/** What a trial asks of the server, and which workload a change of a pod's template goes to. */
import type { RunView } from "../../model/frames";
import { rootOf } from "../../model/owners";
import { TrialError, type Change, type Owner, type TrialCalls } from "../../model/trial";
import type { App } from "../../state.svelte";
import { choosePod } from "./subject";
import type { Trial } from "../../decisions.svelte";

export function callsOf(app: App): TrialCalls {
  return {
    fork: () => app.rest.fork(),
    kubectl: (line, namespace) => carriedOut(app, line, namespace),
    apply: async (manifest) => {
      const problem = (await app.rest.command({ kind: "apply", manifest, fork: false })).find((one) => one.error)?.error;
      if (problem) throw new TrialError(problem);
    },
    ready: async (node) => {
      const found = (await app.rest.object("nodes", "", node)) as { status?: { conditions?: { type: string; status: string }[] } } | null;
      return found?.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
    },
    join: async (machine) => {
      const problem = (await app.rest.command({ kind: "join", ...machine, fork: false })).find((one) => one.error)?.message;
      if (problem) throw new TrialError(problem);
    },
    pods: (namespace) => app.rest.pods(namespace),
    decided: () => app.rest.decided(),
    advance: (by) => app.rest.advance(by),
  };
}

async function carriedOut(app: App, line: string, namespace: string): Promise<void> {
  let typed = await app.rest.typeLine(line, namespace);
  const output = [...typed.output];
  while (!typed.done) {
    typed = await app.rest.lineNews(typed.id, typed.next);
    output.push(...typed.output);
  }
  if (typed.code) throw new TrialError(output.map((one) => one.text).join(" ") || line);
}

/** The topmost workload above a pod; null for a pod that nobody makes again. */
export function ownerOf(pod: string, run: RunView): Owner | null {
  const card = Object.values(run.keyframe.pods).find((one) => `${one.namespace}/${one.name}` === pod);
  const root = card ? rootOf({ type: "pod", pod: card }, run.keyframe) : null;
  return root && { kind: root.kind, name: root.name };
}

/** Try a change on a fork of the moment on the screen. */
export async function tryChange(app: App, run: RunView, change: Change, pod: string): Promise<Trial> {
  const from = { branch: run.clock.branch, event: run.clock.number, past: app.past };
  return app.decisions.try(change, pod, ownerOf(pod, run), from, callsOf(app));
}

/** Back to the branch and the moment where a trial began. */
export async function goBack(app: App, trial: Trial): Promise<void> {
  await app.rest.switchBranch(trial.from.branch);
  choosePod(app, trial.pod);
  if (trial.from.past) app.clock({ action: "seek", event: trial.from.event });
}

/** What happened last, for somebody who looks up: what people, controllers, the scheduler and kubelets did, not every request that it took. */
import type { TraceCard } from "../protocol";

const QUIET = /^(api\.|command\.finished|kube-proxy\.|flannel\.|endpoint)/;

/** Newest first, at most `most`, after event `since` and up to the playhead. */
export function latest(trace: readonly TraceCard[], until: number, most: number, since = 0): TraceCard[] {
  const found: TraceCard[] = [];
  for (let index = trace.length - 1; index >= 0 && found.length < most; index--) {
    const entry = trace[index]!;
    if (entry.number < since) break;
    if (entry.number <= until && (entry.id === "api.refused" || !QUIET.test(entry.id))) found.push(entry);
  }
  return found;
}

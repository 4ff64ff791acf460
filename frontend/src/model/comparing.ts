/** Two lives side by side: how long each phase took before readiness, and where they differ most. */
import { timeToReady, type Lane, type Part, type Phase } from "./lifecycle";

export interface Difference {
  phase: Phase;
  mine: number;
  other: number;
}

/** Phases of either pod, the largest difference first. */
export function differences(mine: Lane, other: Lane, now: number): Difference[] {
  const [a, b] = [spans(timeToReady(mine, now).parts), spans(timeToReady(other, now).parts)];
  const phases = [...new Set([...a.keys(), ...b.keys()])];
  return phases.map((phase) => ({ phase, mine: a.get(phase) ?? 0, other: b.get(phase) ?? 0 })).sort((x, y) => Math.abs(y.mine - y.other) - Math.abs(x.mine - x.other));
}

function spans(parts: readonly Part[]): Map<Phase, number> {
  const sums = new Map<Phase, number>();
  for (const part of parts) sums.set(part.phase, (sums.get(part.phase) ?? 0) + part.span);
  return sums;
}

/** The phases before readiness, each once with all its time, the longest first. */
export function longestFirst(parts: readonly Part[]): { phase: Phase; span: number; from: number; times: number }[] {
  const found = new Map<Phase, { phase: Phase; span: number; from: number; times: number }>();
  for (const part of parts) {
    const known = found.get(part.phase);
    if (known) Object.assign(known, { span: known.span + part.span, times: known.times + 1 });
    else found.set(part.phase, { ...part, times: 1 });
  }
  return [...found.values()].sort((a, b) => b.span - a.span);
}

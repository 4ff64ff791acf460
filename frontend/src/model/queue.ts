/** The scheduling queue: who waits in which pool, in the order in which the scheduler would take them. Pure. */
import type { DecidedCard, Keyframe, WaitingCard } from "../protocol";

export const POOLS = ["gated", "active", "backoff", "unschedulable"] as const;
export type Pool = (typeof POOLS)[number];

export interface PoolView {
  pool: Pool;
  /** All that wait in it. */
  count: number;
  /** The first of them. */
  pods: WaitingCard[];
}

/** The pools of one scheduler, or of all when its name is "". */
export function poolsOf(keyframe: Keyframe, scheduler = ""): PoolView[] {
  const mine = Object.values(keyframe.waiting).filter((one) => !scheduler || one.scheduler === scheduler);
  const cards = Object.values(keyframe.schedulers).filter((one) => !scheduler || one.name === scheduler);
  return POOLS.map((pool) => {
    const pods = mine.filter((one) => one.pool === pool).sort(ORDER[pool]);
    return { pool, pods, count: Math.max(pods.length, cards.reduce((sum, card) => sum + card[pool], 0)) };
  });
}

const byAge = (a: WaitingCard, b: WaitingCard): number => a.since - b.since || (a.pod < b.pod ? -1 : 1);

/** The active pool gives the highest priority first, then the one that waits longest; a back-off ends in the order of its times. */
const ORDER: Record<Pool, (a: WaitingCard, b: WaitingCard) => number> = {
  active: (a, b) => b.priority - a.priority || byAge(a, b),
  backoff: (a, b) => (a.until ?? 0) - (b.until ?? 0) || byAge(a, b),
  unschedulable: byAge,
  gated: byAge,
};

/** The last decisions, the newest first. */
export function decidedOf(keyframe: Keyframe, scheduler = ""): DecidedCard[] {
  return Object.values(keyframe.decided).filter((one) => !scheduler || one.scheduler === scheduler).sort((a, b) => b.at - a.at || (a.pod < b.pod ? -1 : 1));
}

/** Which pod the view opens on: one that waits and was refused, else the last one that was decided, a person's before the system's. */
export function podToShow(keyframe: Keyframe): string {
  const waits = poolsOf(keyframe).flatMap((one) => one.pods).filter((one) => one.attempts > 0).sort((a, b) => b.attempts - a.attempts);
  // What was decided as the cluster came up is not in the recorded history: there is nothing to show of it.
  const decided = decidedOf(keyframe).filter((one) => one.at >= 0);
  return (waits[0] ?? decided.find((one) => !one.pod.startsWith("kube-")) ?? decided[0])?.pod ?? "";
}

/** How much of its back-off a pod has behind it, 0…1. Back-off is 1 s, doubled at every attempt, at most 10 s. */
export function backoffDone(card: WaitingCard, now: number): number {
  const whole = Math.min(1_000_000 * 2 ** Math.max(0, card.attempts - 1), 10_000_000);
  return card.until === null ? 1 : Math.min(1, Math.max(0, 1 - (card.until - now) / whole));
}

import { describe, expect, it } from "vitest";
import { backoffDone, decidedOf, podToShow, poolsOf } from "../../src/model/queue";
import type { DecidedCard, SchedulerCard, WaitingCard } from "../../src/protocol";
import { keyframe } from "../journey";

const waits = (pod: string, given: Partial<WaitingCard> = {}): WaitingCard => ({ pod, scheduler: "default-scheduler", pool: "active", priority: 0, since: 0, attempts: 0, until: null, plugins: [], waits_for: [], message: "", nominated: "", ...given });
const decided = (pod: string, at: number, node: string | null = "node-1"): DecidedCard => ({ pod, scheduler: "default-scheduler", at, node, message: "" });
const scheduler = (given: Partial<SchedulerCard> = {}): SchedulerCard => ({ name: "default-scheduler", process: "kube-scheduler", up: true, active: 0, backoff: 0, unschedulable: 0, gated: 0, turns: 1, ...given });
const by = <T extends { pod: string }>(cards: T[]): Record<string, T> => Object.fromEntries(cards.map((one) => [one.pod, one]));

describe("the queue", () => {
  it("gives the highest priority first, then who waits longest", () => {
    const frame = keyframe({ waiting: by([waits("a/late", { since: 9 }), waits("a/early", { since: 1 }), waits("a/first", { priority: 100, since: 10 })]) });
    expect(poolsOf(frame).find((one) => one.pool === "active")!.pods.map((one) => one.pod)).toEqual(["a/first", "a/early", "a/late"]);
  });

  it("counts pods that are not told of", () => {
    const frame = keyframe({ schedulers: { s: scheduler({ unschedulable: 4712 }) }, waiting: by([waits("a/one", { pool: "unschedulable" })]) });
    const pool = poolsOf(frame).find((one) => one.pool === "unschedulable")!;
    expect([pool.count, pool.pods.length]).toEqual([4712, 1]);
  });

  it("keeps the pods of another scheduler apart", () => {
    const frame = keyframe({ schedulers: { "default-scheduler": scheduler({ active: 1 }), mine: scheduler({ name: "mine", active: 1 }) }, waiting: by([waits("a/one"), waits("a/two", { scheduler: "mine" })]) });
    const active = (name: string): string[] => poolsOf(frame, name).find((one) => one.pool === "active")!.pods.map((one) => one.pod);
    expect([active("mine"), active("")]).toEqual([["a/two"], ["a/one", "a/two"]]);
    expect(poolsOf(frame, "mine").find((one) => one.pool === "active")!.count).toBe(1);
  });

  it("has a back-off that doubles up to ten seconds", () => {
    const backs = (attempts: number, until: number, now: number): number => backoffDone(waits("a/b", { pool: "backoff", attempts, until }), now);
    expect([backs(1, 1_000_000, 0), backs(1, 1_000_000, 500_000), backs(3, 4_000_000, 3_000_000), backs(9, 10_000_000, 5_000_000), backs(1, 1, 5)]).toEqual([0, 0.5, 0.75, 0.5, 1]);
  });
});

describe("the view", () => {
  it("opens on a pod that waits and was refused, else on the last decision about a person's pod", () => {
    const last = by([decided("kube-system/dns", 9), decided("default/web", 5), decided("default/old", 1)]);
    expect(podToShow(keyframe({ decided: last, waiting: by([waits("a/new"), waits("a/stuck", { pool: "unschedulable", attempts: 2 })]) }))).toBe("a/stuck");
    expect(podToShow(keyframe({ decided: last }))).toBe("default/web");
    expect(podToShow(keyframe())).toBe("");
    expect(podToShow(keyframe({ decided: by([decided("kube-system/dns", -5)]) }))).toBe("");
  });

  it("lists the newest decision first", () => {
    expect(decidedOf(keyframe({ decided: by([decided("a/x", 1), decided("a/y", 3, null)]) })).map((one) => one.pod)).toEqual(["a/y", "a/x"]);
  });
});

import { describe, expect, it } from "vitest";
import { alignedWindow, moved, originOf } from "../../src/layout/align";
import { lanesOf, type Lane, type Story } from "../../src/model/lifecycle";
import type { TraceCard } from "../../src/protocol";
import { pod } from "../journey";

const S = 1_000_000;
const entry = (at: number, id: string, params: Record<string, unknown> = {}): TraceCard => ({ number: at, at: at * S, cause: 0, actor: "x", id, params: { object: "pod/default/a", ...params } });
const lane = (ready: boolean): Lane => {
  const story: Story = { key: "pod/default/a", entries: [entry(10, "api.request", { verb: "create", resource: "pods" }), entry(11, "scheduler.bound"), entry(14, "pod.container-started"), ...(ready ? [entry(20, "pod.ready")] : [])] };
  return lanesOf([pod("a", "n", "", { created: 10 * S, since: 20 * S, stage: ready ? "ready" : "not-ready", status: ready ? "ready" : "not-ready" })], new Map([["pod/default/a", [story]]]), 30 * S)[0]!;
};

describe("aligned lanes", () => {
  it("have their creation, or their readiness, at 0", () => {
    expect([originOf(lane(true), "absolute", 0), originOf(lane(true), "created", 0), originOf(lane(true), "ready", 0)]).toEqual([0, 10 * S, 20 * S]);
    const shifted = moved(lane(true), 20 * S);
    expect(shifted.segments.map((one) => one.from / S)).toEqual([-10, -9, -6, 0]);
    expect(shifted.origin).toBe(20 * S);
  });

  it("that were not ready yet end at 0", () => {
    expect(originOf(lane(false), "ready", 30 * S)).toBe(30 * S);
  });

  it("are moved once, and not at all on the time of the run", () => {
    const one = lane(true);
    expect(moved(one, 5)).toBe(moved(one, 5));
    expect(moved(one, 0)).toBe(one);
  });

  it("are seen in a window that holds the longest way to readiness", () => {
    const created = alignedWindow([moved(lane(true), 10 * S)], "created", 30 * S);
    expect(created.from).toBeLessThan(0);
    expect(created.to).toBeGreaterThan(10 * S);
    const ready = alignedWindow([moved(lane(true), 20 * S)], "ready", 30 * S);
    expect(ready.from).toBeLessThan(-10 * S);
    expect(ready.to).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from "vitest";
import { amount, boundsOf, latest, pathOf, quantity, targetOf, topOf, type Point, type Series } from "../../src/model/usage";
import type { Keyframe, PodCard } from "../../src/protocol";

const MI = 2 ** 20;
const points: Point[] = [[0, 0, 0], [15e6, 100e6, 50 * MI], [30e6, 250e6, 80 * MI]];
const series = (more: Partial<Series> = {}): Series => ({ kind: "pod", namespace: "shop", name: "web", node: "node-1", container: "", points, requests: [100, 64 * MI], limits: [0, 0], ...more });

describe("usage", () => {
  it("reads the last sample as kubectl top does", () => {
    expect([latest(series(), "cpu"), latest(series(), "memory") / MI, latest(series({ points: [] }), "cpu")]).toEqual([250, 80, 0]);
    expect([amount(250.2, "cpu"), amount(80.9 * MI, "memory")]).toEqual(["251m", "80Mi"]);
  });

  it("has a line for everything it is measured against", () => {
    expect(boundsOf(series({ limits: [500, 0] }), "cpu", 60).map((one) => [one.kind, one.value])).toEqual([["request", 100], ["limit", 500], ["target", 60]]);
    expect(boundsOf(series({ requests: [0, 0] }), "memory", null)).toEqual([]);
  });

  it("does not let a far limit flatten what is drawn", () => {
    expect(topOf(series({ limits: [500, 0] }), "cpu", [{ kind: "limit", value: 500 }])).toBe(1000);
    expect(topOf(series(), "cpu", [{ kind: "limit", value: 100_000 }])).toBe(500);
    expect(topOf(series({ points: [] }), "memory", [])).toBe(2 * MI);
  });

  it("is drawn from left to right, the top cut off", () => {
    expect(pathOf(points, "cpu", 300, 100, 500)).toBe("M0 100L150 80L300 50");
    expect(pathOf(points, "cpu", 300, 100, 100)).toBe("M0 100L150 0L300 0");
    expect(pathOf([], "cpu", 300, 100, 1)).toBe("");
  });

  it("knows where the autoscaler aims", () => {
    const metric = { name: "cpu", type: "Resource", measure: "Utilization", target: "60", current: "" };
    const keyframe = (of: object): Keyframe => ({ workloads: { rs: { owner: "d", autoscaler: null }, d: { owner: "", autoscaler: { metrics: [of] } } } }) as unknown as Keyframe;
    const pod = { owner: "rs" } as PodCard;
    expect(targetOf(keyframe(metric), pod, series(), "cpu")).toBe(60);
    expect(targetOf(keyframe({ ...metric, measure: "AverageValue", target: "250m" }), pod, series(), "cpu")).toBe(250);
    expect(targetOf(keyframe(metric), pod, series({ requests: [0, 0] }), "cpu")).toBeNull();
    expect([targetOf(keyframe(metric), pod, series(), "memory"), targetOf(keyframe(metric), undefined, series(), "cpu")]).toEqual([null, null]);
  });

  it("reads quantities", () => {
    expect([quantity("250m", "cpu"), quantity("1.5", "cpu"), quantity("64Mi", "memory"), quantity("x", "cpu")]).toEqual([250, 1500, 64 * MI, null]);
  });
});

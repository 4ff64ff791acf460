import { describe, expect, it } from "vitest";
import { amount, chartWindow, heldBy, inTheWay, MeasureBook, withUnit } from "../../src/model/autoscaling";
import type { AutoscalerCard, MetricCard, TraceCard } from "../../src/protocol";

const entry = (at: number, wanted: number | null): TraceCard => ({ number: at, at, cause: 0, actor: "x", id: "autoscaler.measured", params: { key: "default/web", metrics: [["cpu", 83_000, 50_000]], before: 2, after: 4, wanted } });
const cpu: MetricCard = { name: "cpu", type: "Resource", measure: "Utilization", target: "50", current: "83" };
const card = (recommended: number[][]): AutoscalerCard => ({ name: "web", min: 1, max: 8, current: 4, desired: 4, metrics: [cpu], conditions: [], recommended, window_up: 0, window_down: 300, scaled_at: null });

describe("what an autoscaler has measured", () => {
  it("is read off the trace by autoscaler", () => {
    const told = new MeasureBook().of([entry(5, 4), { ...entry(6, 4), id: "autoscaler.rescaled" }, entry(20, null)]);
    expect(told.get("default/web")!.map((one) => [one.at, one.after, one.wanted, one.metrics.get("cpu")])).toEqual([
      [5, 4, 4, { current: 83_000, target: 50_000 }], [20, 4, 2, { current: 83_000, target: 50_000 }],
    ]);
  });

  it("is written with its unit", () => {
    expect([withUnit("83", cpu), withUnit("", cpu), withUnit("250m", { ...cpu, measure: "AverageValue" })]).toEqual(["83 %", "–", "250m"]);
    expect([amount(83_000, cpu), amount(250, { ...cpu, measure: "AverageValue" }), amount(12_500, { ...cpu, name: "requests", measure: "AverageValue" })]).toEqual(["83 %", "250m", "12.5"]);
    expect(amount(64 * 2 ** 20 * 1000, { ...cpu, name: "memory", measure: "AverageValue" })).toBe("64 Mi");
  });

  it("is drawn over ten minutes, or since the first look, and never over less than a minute", () => {
    const measured = new MeasureBook().of([entry(100_000_000, 4)]).get("default/web")!;
    expect(chartWindow(measured, 300_000_000)).toEqual({ from: 90_000_000, to: 300_000_000 });
    expect(chartWindow(measured, 2_000_000_000)).toEqual({ from: 1_400_000_000, to: 2_000_000_000 });
    expect(chartWindow([], 5_000_000)).toEqual({ from: 0, to: 60_000_000 });
  });
});

describe("a stabilisation window", () => {
  it("holds the highest recommendation until it leaves", () => {
    expect(heldBy(card([[100e6, 6], [200e6, 3]]), 250e6)).toEqual({ at: 100e6, replicas: 6, until: 400e6 });
  });

  it("holds nothing when the newest is the highest, or the higher one has left", () => {
    expect(heldBy(card([[100e6, 2], [200e6, 3]]), 250e6)).toBeNull();
    expect(heldBy(card([[100e6, 6], [380e6, 3]]), 450e6)).toBeNull();
    expect(heldBy(card([]), 0)).toBeNull();
  });
});

it("conditions that stand in the way are told apart from those that should be", () => {
  const one = (type: string, status: string): AutoscalerCard["conditions"][number] => ({ type, status, reason: "", message: "", at: 0 });
  expect(inTheWay([one("AbleToScale", "True"), one("ScalingActive", "False"), one("ScalingLimited", "True")]).map((found) => found.type)).toEqual(["ScalingActive", "ScalingLimited"]);
});

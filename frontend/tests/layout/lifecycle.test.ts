import { describe, expect, it } from "vitest";
import { atOf, barsOf, condensed, defaultWindow, LANES_MAX, normalised, outline, readyTimes, stacked, steady, stepsOf, xOf, type LaneGroup } from "../../src/layout/lifecycle";
import type { Lane, Phase } from "../../src/model/lifecycle";

const S = 1_000_000;
const lane = (name: string, segments: [Phase, number, number | null][], given: Partial<Lane> = {}): Lane => ({
  key: `pod/default/${name}`, uid: name, name, short: name, node: "node-1", owner: "", status: "ready", crashes: [], marks: [], origin: 0, probes: [], ended: null, restarts: 0, reason: "",
  segments: segments.map(([phase, from, to], event) => ({ phase, from: from * S, to: to === null ? null : to * S, event, planned: null })), ...given,
});
const scale = { from: 0, to: 100 * S, left: 200, width: 800 };

describe("time", () => {
  it("goes to x and back", () => {
    expect(xOf(scale, 50 * S)).toBe(600);
    expect(atOf(scale, 600)).toBe(50 * S);
  });

  it("window: a reversed brush is put right, one outside the history is pulled in", () => {
    expect(normalised({ from: 50 * S, to: 20 * S }, 100 * S)).toEqual({ from: 20 * S, to: 50 * S });
    expect(normalised({ from: -5 * S, to: 900 * S }, 100 * S)).toEqual({ from: 0, to: 100 * S });
    const { from, to } = normalised({ from: 900 * S, to: 950 * S }, 100 * S);
    expect(from).toBeLessThan(to);
    expect(to).toBeLessThanOrEqual(100 * S);
  });

  it("window by default: the whole life of the lanes, the last two minutes of a long run", () => {
    const short = defaultWindow([lane("a", [["ready", 10, null]])], 40 * S);
    expect(short.from).toBeLessThanOrEqual(10 * S);
    expect(short.to).toBeGreaterThan(40 * S);
    expect(defaultWindow([lane("a", [["ready", 10, null]])], 3600 * S).from).toBeGreaterThan(3400 * S);
  });
});

describe("bars", () => {
  it("lie end to end, and a short life is still seen", () => {
    const bars = barsOf(lane("a", [["pull", 10, 20], ["ready", 20, null]]), scale, 60 * S);
    expect(bars.map((bar) => [bar.x, bar.w, bar.open])).toEqual([[280, 80, false], [360, 320, true]]);
    expect(barsOf(lane("b", [["scheduling", 10, 10.01]], { ended: 10.01 * S }), scale, 60 * S)[0]!.w).toBe(4);
  });

  it("never leave the window", () => {
    const bars = barsOf(lane("a", [["pull", 0, 30], ["ready", 30, null]]), { ...scale, from: 10 * S, to: 40 * S }, 60 * S);
    for (const bar of bars) expect(bar.x >= 200 && bar.x + bar.w <= 1000).toBe(true);
    expect(barsOf(lane("a", [["pull", 0, 5]], { ended: 5 * S }), { ...scale, from: 10 * S }, 60 * S)).toEqual([]);
  });
});

describe("rows", () => {
  const many = (count: number): LaneGroup => ({ key: "web", title: "web", about: "", lanes: Array.from({ length: count }, (_, index) => lane(`p${index}`, [["ready", index, null]], index === 30 ? { status: "failed" } : {})) });

  it("are one per lane up to the limit", () => {
    expect(stacked([many(LANES_MAX)], 48).rows.filter((row) => row.type === "lane")).toHaveLength(LANES_MAX);
  });

  it("fold above it: failing, oldest and newest lanes stay, the rest is one row that opens", () => {
    const { rows } = stacked([many(200)], 48);
    const shown = rows.flatMap((row) => (row.type === "lane" ? [row.lane.name] : []));
    expect(shown).toEqual(["p0", "p30", "p198", "p199"]);
    expect(rows.find((row) => row.type === "rest")).toMatchObject({ key: "web" });
    expect(stacked([many(200)], 48, new Set(["web"])).rows.filter((row) => row.type === "lane")).toHaveLength(200);
  });

  it("lose no lane when they fold", () => {
    const { lanes } = many(77);
    const { shown, rest } = condensed(lanes, 3);
    expect(new Set([...shown, ...rest])).toEqual(new Set(lanes));
  });
});

describe("a list of lanes", () => {
  it("stays the list that it was while its lanes are the same", () => {
    const before = [lane("a", [["ready", 0, null]]), lane("b", [["ready", 1, null]])];
    expect(steady(before, [...before])).toBe(before);
    const after = [before[0]!, lane("b", [["ready", 1, 2]])];
    expect(steady(before, after)).toBe(after);
    expect(steady(before, before.slice(0, 1))).toHaveLength(1);
    expect(steady(undefined, after)).toBe(after);
  });
});

describe("counts over time", () => {
  const lanes = [lane("a", [["pull", 1, 5], ["ready", 5, 30]], { ended: 30 * S }), lane("b", [["pull", 2, 8], ["ready", 8, null]])];

  it("step at every change", () => {
    expect(stepsOf(lanes, (one) => one.phase === "ready").map((one) => [one.at / S, one.count])).toEqual([[5, 1], [8, 2], [30, 1]]);
  });

  it("make no step of a lane that takes the place of another in the same instant", () => {
    expect(stepsOf([lane("a", [["ready", 1, 5]]), lane("b", [["ready", 5, null]])], () => true)).toEqual([{ at: S, count: 1 }]);
  });

  it("draw one point for many steps within half a pixel: the last", () => {
    const crowd = Array.from({ length: 500 }, (_, index) => lane(`p${index}`, [["ready", 10 + index / 1e5, null]]));
    const path = outline(stepsOf(crowd, () => true), scale, 60 * S, 40, 20, 500);
    expect(path.match(/H/g)).toHaveLength(2);
    expect(path).toContain("V20.0");
  });

  it("draw an outline that starts and ends at the base", () => {
    const path = outline(stepsOf(lanes, (one) => one.phase === "ready"), scale, 60 * S, 40, 20, 2);
    expect(path.startsWith("M200.0 40V40.0")).toBe(true);
    expect(path).toContain("V20.0");
    expect(path.endsWith("V40Z")).toBe(true);
  });

  it("say how long readiness took: half, most, slowest", () => {
    const ten = Array.from({ length: 20 }, (_, index) => lane(`p${index}`, [["pull", 0, index + 1], ["ready", index + 1, null]]));
    expect(readyTimes(ten)).toEqual({ half: 10 * S, most: 19 * S, slowest: 20 * S });
    expect(readyTimes([lane("a", [["pull", 0, null]])])).toBeNull();
  });
});

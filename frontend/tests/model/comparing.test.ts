import { describe, expect, it } from "vitest";
import { differences, longestFirst } from "../../src/model/comparing";
import type { Lane, Segment } from "../../src/model/lifecycle";

const lane = (...spans: [Segment["phase"], number][]): Lane => {
  let at = 0;
  const segments = spans.map(([phase, span]) => {
    const from = at;
    at += span;
    return { phase, from, to: at, event: 0, planned: null };
  });
  return { key: "", uid: "", name: "", short: "", node: "", owner: "", status: "ready", segments: [...segments, { phase: "ready", from: at, to: null, event: 0, planned: null }], crashes: [], marks: [], probes: [], ended: null, restarts: 0, reason: "", origin: 0 };
};

describe("two pods side by side", () => {
  it("differ most in what comes first; a phase that one lacks counts as nothing", () => {
    const found = differences(lane(["scheduling", 1], ["pull", 9], ["starting", 2]), lane(["scheduling", 1], ["starting", 3]), 20);
    expect(found).toEqual([{ phase: "pull", mine: 9, other: 0 }, { phase: "starting", mine: 2, other: 3 }, { phase: "scheduling", mine: 1, other: 1 }]);
  });
});

it("phases that came more than once are added up, the longest first", () => {
  const parts = [{ phase: "starting" as const, span: 2, from: 0 }, { phase: "pull" as const, span: 3, from: 2 }, { phase: "starting" as const, span: 4, from: 5 }];
  expect(longestFirst(parts)).toEqual([{ phase: "starting", span: 6, from: 0, times: 2 }, { phase: "pull", span: 3, from: 2, times: 1 }]);
});

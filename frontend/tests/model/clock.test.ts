import { describe, expect, it } from "vitest";
import { axisTicks, density, formatClock, formatSpan, formatSpeed, neighbourSpeed, niceSpan, parseMoment, SPEEDS } from "../../src/model/clock";

describe("a moment that somebody types", () => {
  it.each([
    ["t=12.5s", { at: 12_500_000 }],
    ["12.5", { at: 12_500_000 }],
    ["250ms", { at: 250_000 }],
    ["1m20s", { at: 80_000_000 }],
    ["#10,482", { event: 10_482 }],
    ["＃7", { event: 7 }],
  ])("%s", (text, moment) => expect(parseMoment(text)).toEqual(moment));
  it.each(["", "soon", "-3", "#", "12 x", "t="])("refuses %j", (text) => expect(parseMoment(text)).toBeNull());
});

describe("figures", () => {
  it("keep the milliseconds of a moment, and read best as lengths", () => {
    expect(formatClock(42_180_000)).toBe("42.180 s");
    expect([85, 1_400, 6_400_000, 250_000_000].map(formatSpan)).toEqual(["85 µs", "1.4 ms", "6.40 s", "4 min 10 s"]);
    expect([0, 0.001, 1, 1000].map((speed) => formatSpeed(speed, "max"))).toEqual(["max", "1/1,000×", "1×", "1,000×"]);
  });

  it("step through the speeds; as fast as possible is the last", () => {
    const up: number[] = [SPEEDS[0]];
    while (up.at(-1) !== 0) up.push(neighbourSpeed(up.at(-1)!, 1));
    expect(up).toHaveLength(SPEEDS.length);
    expect(neighbourSpeed(0, -1)).toBe(1000);
    expect(neighbourSpeed(0.001, -1)).toBe(0.001);
  });

  it("round the strip up and put ticks on round times", () => {
    expect(niceSpan(42_180_000)).toBeGreaterThan(42_180_000);
    const ticks = axisTicks(0, 60e6, 800, 120);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBe(60e6);
    expect(new Set(ticks.slice(1).map((at, index) => at - ticks[index]!)).size).toBe(1);
  });

  it("count every entry once in the density, also those at the ends", () => {
    const bins = density([{ at: 0 }, { at: 5 }, { at: 99 }, { at: 100 }], 100, 10);
    expect(bins.reduce((sum, one) => sum + one, 0)).toBe(4);
    expect([bins[0], bins[9]]).toEqual([2, 2]);
  });
});

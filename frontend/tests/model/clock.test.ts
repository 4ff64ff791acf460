import { describe, expect, it } from "vitest";
import { axisTicks, density, densityBeyond, formatClock, formatSpan, formatSpeed, neighbourSpeed, niceSpan, parseMoment, SPEEDS, tickLabel } from "../../src/model/clock";

describe("a moment that somebody types", () => {
  it.each([
    ["t=12.5s", { at: 12_500_000 }],
    ["12.5", { at: 12_500_000 }],
    ["250ms", { at: 250_000 }],
    ["1m20s", { at: 80_000_000 }],
    ["2 h 5 min", { at: 7_500_000_000 }],
    ["3 分 20 秒", { at: 200_000_000 }],
    ["1:02:03.456", { at: 3_723_456_000 }],
    ["3 d 04：05：06.789", { at: 273_906_789_000 }],
    ["t=1d", { at: 86_400_000_000 }],
    ["#10,482", { event: 10_482 }],
    ["＃7", { event: 7 }],
  ])("%s", (text, moment) => expect(parseMoment(text)).toEqual(moment));
  it.each(["", "soon", "-3", "#", "12 x", "t=", "5 s 1 h", "1 2", "1:2:3:4", "ms"])("refuses %j", (text) => expect(parseMoment(text)).toBeNull());
});

describe("figures", () => {
  it("keep the milliseconds of a moment, and read best as lengths", () => {
    expect(formatClock(42_180_000)).toBe("42.180 s");
    expect([85, 1_400, 6_400_000, 250_000_000].map(formatSpan)).toEqual(["85 µs", "1.4 ms", "6.40 s", "4 min 10 s"]);
    expect([0, 0.001, 1, 1000].map((speed) => formatSpeed(speed, "max"))).toEqual(["max", "1/1,000×", "1×", "1,000×"]);
  });

  it("change to hours and days when time is long, and can be typed as they are shown", () => {
    const times = [3_599_999_000, 3_600_000_000, 3_723_456_000, 273_906_789_000, 240 * 86_400_000_000];
    expect(times.map(formatClock)).toEqual(["3599.999 s", "1:00:00.000", "1:02:03.456", "3 d 04:05:06.789", "240 d 00:00:00.000"]);
    expect(times.map((at) => parseMoment(formatClock(at)))).toEqual(times.map((at) => ({ at })));
    expect([7_500_000_000, 273_906_789_000].map(formatSpan)).toEqual(["2 h 5 min", "3 d 4 h"]);
    expect([0, 300e6, 3_600e6, 5_400e6].map((at) => tickLabel(at, 0, 7_200e6, 800, 120))).toEqual(["0 min", "5 min", "1:00", "1:30"]);
    expect([0, 20e6].map((at) => tickLabel(at, 0, 60e6, 800, 120))).toEqual(["0 s", "20 s"]);
    expect(tickLabel(3_610e6, 3_600e6, 3_660e6, 800)).toBe("1:00:10");
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
    for (const days of [0.001, 0.3, 2, 30, 240, 5_000]) {
      const span = niceSpan(days * 86_400e6);
      expect(span / (days * 86_400e6)).toBeLessThan(days < 0.01 ? 2 : 1.4);
      const many = axisTicks(0, span, 800, 120);
      expect(many.length).toBeGreaterThan(2);
      expect(many.length).toBeLessThan(14);
      const labels = many.map((at) => tickLabel(at, 0, span, 800, 120));
      expect(new Set(labels).size).toBe(many.length);
      expect(Math.max(...labels.map((label) => label.length))).toBeLessThan(12);
    }
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

  it("of a long run are the server's, and what came after it", () => {
    const known = { span: 80, counts: [4, 0, 3, 1] };
    const bins = densityBeyond(known, [{ at: 5 }, { at: 80 }, { at: 81 }, { at: 99 }], 100, 5);
    expect(bins).toEqual([4, 0, 3, 1, 2]);
  });
});

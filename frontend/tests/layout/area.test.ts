import { describe, expect, it } from "vitest";
import { areaPath, linePath, roundUp, stacked, valueAt, xAt, yAt, type Frame } from "../../src/layout/area";

const frame: Frame = { from: 0, to: 100, left: 10, width: 200, top: 5, height: 50, tallest: 10 };

describe("a chart", () => {
  it("puts time to the right and more above", () => {
    expect([xAt(frame, 0), xAt(frame, 50), xAt(frame, 900)]).toEqual([10, 110, 210]);
    expect([yAt(frame, 0), yAt(frame, 5), yAt(frame, 99)]).toEqual([55, 30, 5]);
  });

  it("stacks counts at every time at which one changes", () => {
    const tops = stacked([[{ at: 0, count: 3 }, { at: 20, count: 1 }], [{ at: 10, count: 2 }]]);
    expect(tops[0]!.map((one) => one.count)).toEqual([3, 3, 1]);
    expect(tops[1]!.map((one) => one.count)).toEqual([3, 5, 3]);
    expect([valueAt(tops[1]!, 5), valueAt(tops[1]!, 15), valueAt([], 5)]).toEqual([3, 5, 0]);
  });

  it("draws areas to the playhead and no further, beginning with what was before", () => {
    const later = { ...frame, from: 50, to: 100 };
    expect(areaPath([{ at: 0, count: 5 }, { at: 75, count: 10 }], later, 100)).toBe("M10.0 55.0V30.0H110V5.0H210.0V55.0Z");
    expect(areaPath([{ at: 0, count: 5 }, { at: 75, count: 10 }], later, 60)).toBe("M10.0 55.0V30.0H50.0V55.0Z");
  });

  it("draws lines from their first point on", () => {
    expect(linePath([{ at: 50, value: 5 }, { at: 60, value: 10 }], frame, 100)).toBe("M110.0 30.0H130V5.0H210.0");
    expect(linePath([{ at: 50, value: 5 }], frame, 40)).toBe("");
  });

  it("has a round number at its top", () => {
    expect([7, 10, 101, 0.03, 1.2].map(roundUp)).toEqual([8, 10, 150, 0.03, 1.5]);
  });
});

import { describe, expect, it } from "vitest";
import { overlaps, type Box } from "../../src/layout/geometry";
import { placeLabels, type Wanted } from "../../src/layout/labels";

const at = (x: number, y: number, text = "Lease node-1"): Wanted => ({ at: { x, y }, text, mine: false });
const everywhere: Box[] = [{ x: -500, y: -500, w: 1000, h: 1000 }];

describe("labels beside dots", () => {
  it("go to the right, and elsewhere when something is there", () => {
    expect(placeLabels([at(0, 0)], [], [])[0]).toMatchObject({ x: 15, y: 4, anchor: "start" });
    expect(placeLabels([at(0, 0)], [{ x: 14, y: -5, w: 10, h: 10 }], [])[0]).toMatchObject({ x: -15, anchor: "end" });
    expect(placeLabels([at(0, 0)], [], [{ x: 30, y: -50, w: 2, h: 100 }])[0]!.anchor).toBe("end");
  });

  it("never touch a box or one another; those without a place go without", () => {
    const crowd = Array.from({ length: 12 }, (_, index) => at(index * 9, 0));
    const placed = placeLabels(crowd, [{ x: 0, y: 14, w: 90, h: 200 }], []);
    const boxes = placed.map((one): Box => ({ x: one.anchor === "start" ? one.x : one.anchor === "end" ? one.x - 72 : one.x - 36, y: one.y - 11, w: 71, h: 14 }));
    expect(boxes.flatMap((box, index) => boxes.slice(index + 1).filter((other) => overlaps(box, other)))).toEqual([]);
    expect(placed.length).toBeLessThan(12);
    expect(placeLabels([at(0, 0)], everywhere, [])).toEqual([]);
  });

  it("lie across an upright line only where there is no other place, and only a few; never along a line", () => {
    const apart = Array.from({ length: 5 }, (_, index) => at(index * 40, index * 60));
    const fence = Array.from({ length: 100 }, (_, index): Box => ({ x: -500 + index * 10, y: -500, w: 6, h: 1000 }));
    expect(placeLabels(apart, [], fence)).toHaveLength(3);
    expect(placeLabels(apart, [], everywhere)).toEqual([]);
  });
});

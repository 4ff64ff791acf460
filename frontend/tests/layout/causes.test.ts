import { describe, expect, it } from "vitest";
import { inSight, layoutCauses, STEP } from "../../src/layout/causes";
import type { TraceCard } from "../../src/protocol";

const entry = (number: number, cause: number, actor = number % 2 ? "b" : "a"): TraceCard => ({ number, at: number, cause, actor, id: "pod.ready", params: {} });
const chain = (count: number): TraceCard[] => Array.from({ length: count }, (_, index) => entry(index + 1, index));

describe("the picture of causes", () => {
  it("has a lane per actor and an arrow from every told cause", () => {
    const picture = layoutCauses(chain(5), 150, 200);
    expect(picture.actors).toEqual(["a", "b"]);
    expect(picture.arrows.map((one) => [one.from.entry.number, one.to.entry.number])).toEqual([[1, 2], [2, 3], [3, 4], [4, 5]]);
    expect(picture.nodes.map((one) => one.y)).toEqual([100, 60, 100, 60, 100]);
    expect(picture.offset).toBe(0);
  });

  it("shows the newest, moved to the left; an entry keeps its x while newer ones come", () => {
    const [before, after] = [layoutCauses(chain(20), 10, 200), layoutCauses(chain(23), 10, 200)];
    const kept = before.nodes.find((one) => one.entry.number === 15)!;
    expect(after.nodes.find((one) => one.entry.number === 15)).toMatchObject({ x: kept.x, place: kept.place });
    expect(after.offset - before.offset).toBe(3 * STEP);
    for (const { nodes, offset, width } of [before, after]) for (const node of nodes) expect(node.x - offset > 200 && node.x - offset < width).toBe(true);
  });

  it("leaves out what is not in sight, but no arrow that passes through", () => {
    const picture = layoutCauses([...chain(60), entry(61, 1)], 150, 0);
    const { nodes, arrows } = inSight(picture, 10 * STEP, 20 * STEP);
    expect(nodes.map((one) => one.place)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(arrows.some((one) => one.from.entry.number === 1 && one.to.entry.number === 61)).toBe(true);
    expect(arrows.length).toBeLessThan(14);
  });
});

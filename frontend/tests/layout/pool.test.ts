import { expect, it } from "vitest";
import { byTrouble, CELL_MIN, cellAt, cellBox, gridOf, markSize, sharesOf, worstOf } from "../../src/layout/pool";
import type { PodCard } from "../../src/protocol";

const area = { x: 10, y: 20, w: 280, h: 140 };
const pods = (...statuses: string[]): PodCard[] => statuses.map((status) => ({ status }) as PodCard);

it.each([1, 47, 200])("%i nodes fit without covering each other", (count) => {
  const grid = gridOf(count, area);
  const last = cellBox(grid, area, grid.shown - 1);
  expect(last.x + last.w).toBeLessThanOrEqual(area.x + area.w);
  expect(last.y + last.h).toBeLessThanOrEqual(area.y + area.h);
  expect(grid.shown).toBe(Math.min(count, grid.shown));
  if (count <= 47) expect(grid.shown).toBe(count);
  expect(grid.cell).toBeGreaterThanOrEqual(CELL_MIN);
});

it("a click finds the cell that was drawn there, and none beside it", () => {
  const grid = gridOf(47, area);
  for (const index of [0, 5, 46]) {
    const box = cellBox(grid, area, index);
    expect(cellAt(grid, area, box.x + box.w / 2, box.y + box.h / 2)).toBe(index);
  }
  expect(cellAt(grid, area, area.x - 5, area.y)).toBe(-1);
  expect(cellAt(gridOf(1, area), area, area.x + area.w - 1, area.y + area.h - 1)).toBe(-1);
});

it("marks get smaller with more pods, until they are a bar", () => {
  expect(markSize(40, 4)).toBeGreaterThan(markSize(40, 30));
  expect(markSize(15, 100)).toBe(0);
});

it("aggregation never hides a failure", () => {
  const mixed = pods("ready", "ready", "failed", "creating");
  expect(worstOf(mixed)).toBe("failed");
  expect(byTrouble(mixed)[0]!.status).toBe("failed");
  const shares = sharesOf(mixed);
  expect(shares[0]!.status).toBe("failed");
  expect(shares.at(-1)!.to).toBeCloseTo(1);
  expect(worstOf([])).toBeNull();
});

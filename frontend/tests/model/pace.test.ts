import { describe, expect, it } from "vitest";
import { OLDEST_MS, Pace } from "../../src/model/pace";

/** A clock that stands until it is moved, and drawing that takes `cost` ms. */
function bench(cost: number) {
  const world = { now: 0, drawn: [] as [string, number][], timers: [] as { at: number; call: () => void; id: number }[], cost };
  let ids = 0;
  const timing = {
    now: () => world.now,
    later: (call: () => void, ms: number) => {
      world.timers.push({ at: world.now + ms, call, id: ++ids });
      return ids;
    },
    cancel: (id: number) => void (world.timers = world.timers.filter((one) => one.id !== id)),
  };
  const pace = new Pace<string>(timing, (picture) => {
    world.drawn.push([picture, world.now]);
    world.now += world.cost;
  });
  const until = (at: number): void => {
    for (let next = soonest(at); next; next = soonest(at)) {
      world.timers = world.timers.filter((one) => one !== next);
      world.now = Math.max(world.now, next.at);
      next.call();
    }
    world.now = Math.max(world.now, at);
  };
  const soonest = (at: number) => world.timers.filter((one) => one.at <= at).sort((a, b) => a.at - b.at)[0];
  return { world, pace, until };
}

describe("pictures", () => {
  it("that cost little are all drawn as they come", () => {
    const { world, pace, until } = bench(2);
    for (let frame = 0; frame < 10; frame++) {
      until(frame * 100);
      pace.show(String(frame), false);
    }
    expect(world.drawn.map(([picture]) => picture)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("that cost much are drawn rarely, and the newest is never older than the bound", () => {
    const { world, pace, until } = bench(15);
    for (let frame = 0; frame < 40; frame++) {
      until(frame * 100);
      pace.show(String(frame), false);
    }
    until(10_000);
    const times = world.drawn.map(([, at]) => at);
    expect(times.length).toBeLessThan(16);
    for (const [index, at] of times.slice(1).entries()) expect(at - times[index]!).toBeLessThanOrEqual(OLDEST_MS + 15);
    expect(world.drawn.at(-1)![0]).toBe("39");
  });

  it("are drawn at once when they must be, and what waited is not drawn after them", () => {
    const { world, pace, until } = bench(100);
    pace.show("first", true);
    pace.show("waits", false);
    pace.show("paused", true);
    until(10_000);
    expect(world.drawn.map(([picture]) => picture)).toEqual(["first", "paused"]);
  });

  it("are drawn more often again when they cost less", () => {
    const { world, pace, until } = bench(300);
    pace.show("slow", true);
    world.cost = 1;
    for (let frame = 0; frame < 40; frame++) {
      until(1000 + frame * 100);
      pace.show(String(frame), false);
    }
    expect(world.drawn.slice(-3).map(([picture]) => picture)).toEqual(["37", "38", "39"]);
  });
});

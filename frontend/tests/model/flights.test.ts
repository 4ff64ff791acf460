import { describe, expect, it } from "vitest";
import { briefLabel, DOTS_MAX, folded, frozen, isRead, launch, placedAt, stopped } from "../../src/model/flights";
import type { Flight } from "../../src/protocol";

const flight = (number: number, sent: number, arrives: number, letter = "C", target = "apiserver"): Flight => ({ number, source: "kubectl", target, letter, label: "", sent, arrives });

describe("dots while the run plays", () => {
  it("leave in the order in which their messages were sent, within the gap of the frames", () => {
    const dots = launch([], [flight(1, 0, 5), flight(2, 500, 505), flight(3, 1000, 1005)], 2000, 100, 1);
    expect(dots.map((dot) => dot.start)).toEqual([2000, 2050, 2100]);
    expect(placedAt(dots, 2000).map((one) => one.flight.number)).toEqual([1]);
  });

  it("are bounded, and shorter at a higher speed, never under 120 ms", () => {
    const many = Array.from({ length: 200 }, (_, index) => flight(index, index, index + 1));
    expect(launch([], many, 0, 100, 1)).toHaveLength(DOTS_MAX);
    const [slow, fast, fastest] = [1, 4, 0].map((speed) => launch([], [flight(1, 0, 1)], 0, 100, speed)[0]!.length);
    expect(slow).toBeGreaterThan(fast!);
    expect(fast).toBeGreaterThan(fastest!);
    expect(fastest).toBe(120);
  });

  it("are gone when they have arrived", () => {
    const dots = launch([], [flight(1, 0, 5)], 0, 100, 1);
    expect(placedAt(dots, 700)).toEqual([]);
    expect(launch(dots, [], 700, 100, 1)).toEqual([]);
  });
});

describe("dots while the run is paused", () => {
  it("stand where their messages are in simulated time", () => {
    const [one] = frozen([flight(1, 100, 200), flight(2, 0, 90)], 150);
    expect(one).toMatchObject({ flight: { number: 1 }, progress: 0.5 });
  });

  it("are those that have just arrived when none is on its way", () => {
    expect(frozen([flight(1, 0, 10), flight(2, 0, 20)], 50).map((one) => one.flight.number)).toEqual([1, 2]);
  });
});

it("more than three of one kind on an edge become one with a count", () => {
  const placed = Array.from({ length: 5 }, (_, index) => ({ flight: flight(index, 0, 10), progress: 0.5 }));
  expect(folded(placed).map((one) => one.count)).toEqual([5]);
  expect(folded(placed.slice(0, 3)).map((one) => one.count)).toEqual([1, 1, 1]);
});

it("labels name a pod by its last five characters", () => {
  expect(["pods/web-78d57f65d8-4x59d/binding", "ADDED Pod web-78d57f65d8-4x59d", "events/web-78d57f65d8-tstjb.18166", "replicasets.apps/web-78d57f65d8/status", "leases.coordination.k8s.io/node-1"].map(briefLabel)).toEqual([
    "pods/4x59d/binding", "ADDED Pod 4x59d", "events/tstjb", "replicasets/web-78d57f65d8/status", "leases/node-1",
  ]);
});

it("reads are told from writes", () => expect(["G", "L", "W", "C", "U", "P", "D"].map(isRead)).toEqual([true, true, true, false, false, false, false]));

it("stopped time keeps the dots that were moving, unless something is on its way in simulated time", () => {
  const dots = launch([], [flight(0, 0, 5)], 1000, 100, 1);
  expect(stopped([], dots, 1300, 9)).toEqual([{ flight: flight(0, 0, 5), progress: 0.5 }]);
  expect(stopped([], dots, 9000, 9)).toEqual([]);
  expect(stopped([flight(4, 0, 10)], dots, 1300, 5).map((one) => one.flight.number)).toEqual([4]);
});

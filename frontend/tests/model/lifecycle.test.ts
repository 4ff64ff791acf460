import { describe, expect, it } from "vitest";
import { boundary, LaneBook, lanesOf, readyAfter, segmentAt, StoryBook, ticksBetween, timeToReady, type Lane } from "../../src/model/lifecycle";
import type { TraceCard } from "../../src/protocol";
import { pod } from "../journey";

const S = 1_000_000;
let number = 0;
const POD = "pod/default/web-966b49858-8wz2m";
const entry = (at: number, id: string, params: Record<string, unknown> = {}): TraceCard => ({ number: ++number, at: Math.round(at * S), cause: 1, actor: "kubelet/node-1", id, params: { object: POD, ...params } });
const api = (at: number, verb: string, user: string, more: Record<string, unknown> = {}): TraceCard => entry(at, "api.request", { verb, user, resource: "pods", subresource: "", code: 200, ...more });
const made = (at: number): TraceCard => api(at, "create", "system:serviceaccount:kube-system:replicaset-controller");
const bound = (at: number): TraceCard => entry(at, "scheduler.bound", { node: "node-1" });
const life = (): TraceCard[] => [
  made(1), bound(1.1), entry(1.4, "pod.sandbox-created"), entry(1.4, "pod.address-assigned", { ip: "10.244.1.2" }), entry(1.4, "pod.pull-started"), entry(4.8, "pod.pulled"),
  entry(5, "pod.container-started", { attempt: 0 }), entry(6, "pod.probe-failed", { probe: "readiness", period: 3 * S, output: "503" }), entry(9, "pod.probe-passed", { probe: "readiness", period: 3 * S }), entry(9, "pod.ready"),
];
const leaving = (): TraceCard[] => [
  api(30, "delete", "system:serviceaccount:kube-system:replicaset-controller"), entry(30.1, "pod.terminating"), entry(30.3, "pod.container-exited", { code: 0 }), entry(30.3, "pod.stopped"), entry(30.3, "pod.not-ready"), api(30.4, "delete", "system:node:node-1"),
];
const lane = (trace: TraceCard[], now: number, cards = [pod("web-966b49858-8wz2m", "node-1", "10.244.1.2", { created: 0, owner: "rs" })]): Lane => lanesOf(cards, new StoryBook().of(trace), now * S, () => "default/web-966b49858")[0]!;
const phases = (one: Lane): [string, number, number | null][] => one.segments.map((each) => [each.phase, each.from / S, each.to === null ? null : each.to / S]);

describe("a lane", () => {
  it("goes through the phases that the trace tells, at their own microseconds", () => {
    expect(phases(lane(life(), 20))).toEqual([["scheduling", 1, 1.1], ["sandbox", 1.1, 1.4], ["pull", 1.4, 4.8], ["starting", 4.8, 5], ["not-ready", 5, 9], ["ready", 9, null]]);
  });

  it("ends with the kubelet's deletion; the last unreadiness is part of the end", () => {
    const gone = lane([...life(), ...leaving()], 40, []);
    expect(phases(gone).slice(-2)).toEqual([["ready", 9, 30], ["terminating", 30, 30.4]]);
    expect([gone.ended, gone.status, gone.owner, gone.short, gone.node]).toEqual([30.4 * S, "gone", "default/web-966b49858", "8wz2m", "node-1"]);
  });

  it("is seen whole from the past: what comes is recorded, the status is that of the playhead", () => {
    const past = lane([...life(), ...leaving()], 20);
    expect([past.status, past.ended]).toEqual(["ready", 30.4 * S]);
    expect(lane([...life(), ...leaving()], 0.5, []).status).toBe("later");
  });

  it("of a pod that was never scheduled ends with its deletion", () => {
    const short = lane([made(1), api(1.4, "delete", "system:serviceaccount:kube-system:replicaset-controller")], 5, []);
    expect(phases(short)).toEqual([["scheduling", 1, 1.4]]);
    expect(short.ended).toBe(1.4 * S);
  });

  it("grows its back-offs by the length that was decided", () => {
    const crashing = lane([...life().slice(0, 7), entry(8, "pod.container-exited", { code: 1 }), entry(8.4, "pod.back-off", { duration: 10 * S }), entry(18, "pod.container-started", { attempt: 1 }), entry(21, "pod.container-exited", { code: 1 }), entry(21.4, "pod.back-off", { duration: 20 * S })], 22);
    expect(crashing.segments.filter((one) => one.phase === "back-off").map((one) => one.planned! / S)).toEqual([10, 20]);
    expect(crashing.crashes.map((at) => at / S)).toEqual([8, 21]);
  });

  it("rests when its work is done, and says whether it failed", () => {
    const done = (code: number): string => lane([...life(), entry(12, "pod.container-exited", { code }), entry(12, "pod.not-ready"), entry(12, "pod.stopped")], 20).segments.at(-1)!.phase;
    expect([done(0), done(2)]).toEqual(["succeeded", "failed"]);
  });

  it("is not ready while its node is silent, and ready again when the kubelet says so", () => {
    const silent = [...life(), api(50, "patch", "system:serviceaccount:kube-system:node-lifecycle-controller", { subresource: "status" })];
    expect(phases(lane(silent, 60)).at(-1)).toEqual(["not-ready", 50, null]);
    expect(phases(lane([...silent, api(70, "patch", "system:node:node-1", { subresource: "status" })], 80)).at(-1)).toEqual(["ready", 70, null]);
  });

  it("takes from the card what the trace no longer tells", () => {
    const folded = lane([made(1), bound(1.1)], 20, [pod("web-966b49858-8wz2m", "node-1", "10.244.1.2", { stage: "ready", since: 9 * S })]);
    expect(phases(folded).at(-1)).toEqual(["ready", 9, null]);
  });

  it("keeps two lives of one name apart", () => {
    const twice = lanesOf([], new StoryBook().of([...life(), ...leaving(), made(50), bound(51)]), 60 * S);
    expect(twice.map((one) => [one.key, one.segments[0]!.from / S])).toEqual([[`${POD}@0`, 1], [POD, 50]]);
  });
});

describe("a book of lanes", () => {
  const other = (at: number, id: string): TraceCard => ({ ...entry(at, id), params: { object: "pod/default/other" } });
  const card = pod("web-966b49858-8wz2m", "node-1", "10.244.1.2", { created: 0, owner: "rs" });

  it("reads a pod again when something has happened to it, and no other", () => {
    const [stories, book] = [new StoryBook(), new LaneBook()];
    const trace = [...life(), other(9, "pod.ready")];
    const [web, one] = book.of([card], stories.of(trace), 20 * S);
    const again = book.of([card], stories.of([...trace, other(21, "pod.not-ready")]), 22 * S);
    expect(again[0]).toBe(web);
    expect(again[1]).not.toBe(one);
    expect(again[1]!.segments.at(-1)!.phase).toBe("not-ready");
  });

  it("reads it again when its card, its owner or the side of the playhead has changed", () => {
    const [stories, book] = [new StoryBook(), new LaneBook()];
    const trace = [...life(), ...leaving()];
    const lane = (cards = [card], now = 40, owner = ""): Lane => book.of(cards, stories.of(trace), now * S, () => owner)[0]!;
    const first = lane();
    expect(lane()).toBe(first);
    expect(lane([{ ...card, node: "node-2" }]).node).toBe("node-2");
    expect(lane([card], 40, "default/web").owner).toBe("default/web");
    expect([lane([], 40).status, lane([], 0.5).status]).toEqual(["gone", "later"]);
    expect(lane([card], 20)).not.toBe(first);
  });

  it("tells the same as reading everything", () => {
    const [stories, book] = [new StoryBook(), new LaneBook()];
    const trace = [...life(), ...leaving(), made(50), bound(51)];
    for (let length = 1; length <= trace.length; length++) {
      const now = trace[length - 1]!.at;
      expect(book.of([card], stories.of(trace.slice(0, length)), now)).toEqual(lanesOf([card], new StoryBook().of(trace.slice(0, length)), now));
    }
  });

  it("knows when a pod was first ready", () => {
    expect(readyAfter(lane(life(), 20))).toBe(8 * S);
    expect(readyAfter(lane(life().slice(0, 4), 3))).toBeNull();
  });
});

describe("stories", () => {
  it("go on where a longer trace continues, and begin again with another trace", () => {
    const book = new StoryBook();
    const trace = life();
    expect(book.of(trace.slice(0, 4)).get(POD)![0]!.entries).toHaveLength(4);
    expect(book.of(trace).get(POD)![0]!.entries).toHaveLength(trace.length);
    expect(book.of(life().slice(0, 2)).get(POD)![0]!.entries).toHaveLength(2);
  });
});

describe("probes", () => {
  it("between two outcomes are drawn every period, until the container ends", () => {
    const ticks = ticksBetween(lane([...life(), ...leaving()], 40, []), 0, 40 * S, 40 * S, 50);
    expect(ticks.filter((one) => one.kind === "failed").map((one) => one.at / S)).toEqual([6]);
    expect(ticks.filter((one) => one.kind === "passed").map((one) => one.at / S)).toEqual([9, 12, 15, 18, 21, 24, 27, 30]);
  });

  it("that would be a carpet show the first of their series only", () => {
    expect(ticksBetween(lane(life(), 3000), 0, 3000 * S, 3000 * S, 50)).toEqual([{ at: 6 * S, kind: "failed" }, { at: 9 * S, kind: "passed" }]);
  });
});

describe("where the time went", () => {
  it("adds up to the time to ready", () => {
    const { total, parts } = timeToReady(lane(life(), 20), 20 * S);
    expect(total).toBe(8 * S);
    expect(parts.reduce((sum, one) => sum + one.span, 0)).toBe(total);
  });

  it("counts up to now while the pod is not ready", () => {
    const { total, parts } = timeToReady(lane(life().slice(0, 5), 3), 3 * S);
    expect([total, parts.at(-1)]).toEqual([null, { phase: "pull", from: 1.4 * S, span: 1.6 * S }]);
  });

  it("is walked by its boundaries", () => {
    const one = lane(life(), 20);
    expect(segmentAt(one, 2 * S)!.phase).toBe("pull");
    expect([boundary(one, 2 * S, 1)!.phase, boundary(one, 2 * S, -1)!.phase, boundary(one, 20 * S, 1)]).toEqual(["starting", "pull", undefined]);
  });
});

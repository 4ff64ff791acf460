import { describe, expect, it } from "vitest";
import { applyDelta, countUpTo, fromSnapshot, mergeTrace, TRACE_KEPT, TRACE_MAX, withHistory, type RunView } from "../../src/model/frames";
import type { Delta, PodCard, Snapshot, TraceCard } from "../../src/protocol";

const entry = (number: number, id = "pod.ready"): TraceCard => ({ number, at: number * 10, cause: 0, actor: "kubelet/node-1", id, params: {} });
const pod = (uid: string, status = "ready"): PodCard => ({ uid, status }) as PodCard;
const clock = { now: 0, number: 0, head_now: 0, head_number: 0, branch: "main", playing: false, speed: 1, achieved: 0, state_hash: "", mode: "paused" };
const snapshot = (trace: TraceCard[], branch = "main"): Snapshot => ({
  t: "snapshot", epoch: 1, seq: 3, clock: { ...clock, branch }, trace, branches: [], flights: [],
  keyframe: { components: {}, nodes: {}, pods: { a: pod("a"), b: pod("b") }, workloads: {}, services: {}, claims: {}, schedulers: {}, waiting: {}, decided: {}, counts: { pods: 2 } },
});
const delta = (more: Partial<Delta>): Delta => ({ t: "delta", epoch: 1, seq: 4, clock, changed: {}, removed: {}, trace: [], skipped: 0, flights: [], flights_skipped: 0, ...more });

describe("a view made of frames", () => {
  const view = fromSnapshot(snapshot([entry(1)]), null);

  it("takes changed cards, drops removed ones and leaves the rest as they are", () => {
    const next = applyDelta(view, delta({ changed: { pods: { b: pod("b", "failed"), c: pod("c") } }, removed: { pods: ["a"] }, trace: [entry(5)] }))!;
    expect(Object.keys(next.keyframe.pods)).toEqual(["b", "c"]);
    expect(next.keyframe.pods.b!.status).toBe("failed");
    expect(next.keyframe.nodes).toBe(view.keyframe.nodes);
    expect(view.keyframe.pods.a).toBeDefined();
    expect(next.trace.map((one) => one.number)).toEqual([1, 5]);
  });

  it("is null after a gap or in another epoch, and the same for a frame seen before", () => {
    expect(applyDelta(view, delta({ seq: 5 }))).toBeNull();
    expect(applyDelta(view, delta({ epoch: 2 }))).toBeNull();
    expect(applyDelta(view, delta({ seq: 3 }))).toBe(view);
  });

  it("keeps the known trace of the branch over a snapshot, not that of another branch", () => {
    const known: RunView = { ...view, trace: [entry(1), entry(2)] };
    expect(fromSnapshot(snapshot([entry(2), entry(3)]), known).trace.map((one) => one.number)).toEqual([1, 2, 3]);
    expect(fromSnapshot(snapshot([entry(9)], "main·fork-2"), known).trace.map((one) => one.number)).toEqual([9]);
  });
});

describe("the trace", () => {
  it("is merged in order without doubles; two entries of one event stay two", () => {
    const known = [entry(1), entry(4), entry(4, "pod.address-assigned")];
    expect(mergeTrace(known, [entry(2), entry(4), entry(6)]).map((one) => one.number)).toEqual([1, 2, 4, 4, 6]);
    expect(mergeTrace(known, [])).toBe(known);
  });

  it("gets its beginning from the history and its end from the frames", () => {
    const history = [entry(1), entry(2), entry(3), entry(3, "pod.address-assigned")];
    expect(withHistory(history, [entry(2), entry(3), entry(7)]).map((one) => one.number)).toEqual([1, 2, 3, 3, 7]);
    expect(withHistory(history, [entry(3)]).map((one) => one.number)).toEqual([1, 2, 3, 3]);
    expect(withHistory([], [entry(3)]).map((one) => one.number)).toEqual([3]);
  });

  it("has a bound", () => {
    const many = Array.from({ length: TRACE_MAX + 5 }, (_, index) => entry(index + 1));
    expect(mergeTrace(many.slice(0, TRACE_MAX), many.slice(TRACE_MAX))).toHaveLength(TRACE_KEPT);
    expect(mergeTrace(many.slice(0, 10), many.slice(10, TRACE_MAX))).toHaveLength(TRACE_MAX);
    expect(mergeTrace(many.slice(0, 10), many.slice(10)).at(-1)!.number).toBe(TRACE_MAX + 5);
  });

  it("is counted up to an event, every entry of it included", () => {
    const trace = [entry(1), entry(4), entry(4, "pod.address-assigned"), entry(9)];
    expect([0, 1, 3, 4, 8, 9, 99].map((number) => countUpTo(trace, number))).toEqual([0, 1, 1, 3, 3, 4, 4]);
  });
});

import { describe, expect, it } from "vitest";
import { keyOfPod, resolve, sameEntry, usersOf, type Selected } from "../src/selection";
import type { Keyframe, PodCard, ServiceCard, StorageCard, TraceCard, WorkloadCard } from "../src/protocol";

const told = (id: string): TraceCard => ({ number: 7, at: 0, cause: 0, actor: "apiserver", id, params: { object: `pod/default/${id}` } });
const pod = { name: "web-a", namespace: "default", uid: "p", owner: "rs", ip: "10.0.0.2", node: "node-1" } as PodCard;
const set = { kind: "ReplicaSet", name: "web-1", namespace: "default", uid: "rs", owner: "d" } as WorkloadCard;
const deployment = { kind: "Deployment", name: "web", namespace: "default", uid: "d", owner: "" } as WorkloadCard;
const service = { name: "web", namespace: "default", endpoints: [{ ip: "10.0.0.2" }] } as unknown as ServiceCard;
const keyframe: Keyframe = { components: {}, nodes: {}, pods: { p: pod }, workloads: { rs: set, d: deployment }, services: { s: service }, claims: {}, schedulers: {}, waiting: {}, decided: {}, counts: {} };

describe("a selection", () => {
  it("tells the entries of one event apart", () => {
    const trace = [told("a"), told("b")];
    expect(resolve("event/7", keyframe, trace)).toEqual({ type: "event", entry: trace[0] });
    expect(resolve("event/7", keyframe, trace, told("b"))).toEqual({ type: "event", entry: trace[1] });
    expect(resolve("event/7", keyframe, trace, { ...told("b"), number: 8 })).toEqual({ type: "event", entry: trace[0] });
    expect(sameEntry(trace[0]!, trace[1]!)).toBe(false);
  });

  it("that is gone says so", () => expect(resolve("pod/default/web-z", keyframe, [])).toEqual({ type: "gone", key: "pod/default/web-z" }));

  it("knows what uses it", () => {
    const users = (one: Selected): string[] => usersOf(one, keyframe);
    expect(users({ type: "pod", pod })).toEqual(["service/default/web"]);
    expect(users({ type: "service", service })).toEqual(["pod/default/web-a"]);
    expect(users({ type: "workload", workload: deployment })).toEqual(["replicaset/default/web-1"]);
    expect(users({ type: "workload", workload: set })).toEqual(["pod/default/web-a"]);
    expect(users({ type: "gone", key: "x" })).toEqual([]);
  });
});

it("a claim is found by its address, with the pods that mount it, and a pod with its claims", () => {
  const claim = { name: "data", namespace: "default", users: [pod.name] } as unknown as StorageCard;
  const withClaim = { ...keyframe, claims: { c: claim } };
  const key = "persistentvolumeclaim/default/data";
  expect(resolve(key, withClaim, [])).toEqual({ type: "claim", claim });
  expect(usersOf({ type: "claim", claim }, withClaim)).toEqual([keyOfPod(pod)]);
  expect(usersOf({ type: "pod", pod }, withClaim)).toContain(key);
});

import { describe, expect, it } from "vitest";
import { containerLanes, marksOf } from "../../src/model/marks";
import type { ContainerCard, TraceCard } from "../../src/protocol";
import { pod } from "../journey";

const KEY = "pod/default/web-0";
const entry = (at: number, id: string, params: Record<string, unknown> = {}): TraceCard => ({ number: at, at, cause: 0, actor: "kubelet/node-1", id, params: { object: KEY, ...params } });
const container = (name: string, kind: string): ContainerCard => ({ name, image: "x", init: kind !== "main", kind, state: "running", reason: "", ready: true, restarts: 0 });

describe("the marks of a pod", () => {
  it("are signals, kills, evictions and restarts, those of one moment told once", () => {
    const entries = [
      entry(1, "pod.container-started", { container: "a", attempt: 0 }), entry(5, "pod.container-started", { container: "a", attempt: 1 }),
      entry(7, "pod.oom-killed", { container: "a" }), entry(8, "api.request", { verb: "create", resource: "pods", subresource: "eviction", code: 201 }),
      entry(8, "api.request", { verb: "create", resource: "pods", subresource: "eviction", code: 429 }),
      entry(9, "pod.term-sent", { container: "a" }), entry(9, "pod.term-sent", { container: "b" }), entry(12, "pod.kill-sent", { container: "a" }),
    ];
    expect(marksOf(entries, KEY).map((one) => [one.at, one.kind])).toEqual([[5, "restart"], [7, "oom"], [8, "evicted"], [9, "term"], [12, "kill"]]);
  });

  it("tell of a preemption to the victim, not to the pod that it makes room for", () => {
    const preempted = entry(3, "scheduler.preempted", { object: "pod/default/urgent", victims: ["default/web-0"] });
    expect(marksOf([preempted], KEY).map((one) => one.kind)).toEqual(["preempted"]);
    expect(marksOf([preempted], "pod/default/urgent")).toEqual([]);
  });
});

describe("the runs of containers", () => {
  const web = pod("web-0", "node-1", "", { containers: [container("setup", "init"), container("app", "main")] });

  it("begin and end one after the other, with their exit codes; what still runs has no end", () => {
    const entries = [
      entry(1, "pod.pull-started", { container: "setup" }), entry(2, "pod.pulled", { container: "setup" }), entry(3, "pod.init-started", { container: "setup", attempt: 0 }),
      entry(5, "pod.init-finished", { container: "setup", code: 0, reason: "Completed" }), entry(6, "pod.container-started", { container: "app", attempt: 0 }),
      entry(8, "pod.container-exited", { container: "app", code: 3, reason: "Error" }), entry(8, "pod.back-off", { container: "app" }), entry(18, "pod.container-started", { container: "app", attempt: 1 }),
    ];
    const [setup, app] = containerLanes(entries, web);
    expect(setup!.stretches.map((one) => [one.what, one.from, one.to, one.code])).toEqual([["pull", 1, 2, null], ["run", 3, 5, 0]]);
    expect(app!.stretches.map((one) => [one.what, one.from, one.to, one.code])).toEqual([["run", 6, 8, 3], ["back-off", 8, 18, null], ["run", 18, null, null]]);
  });

  it("end when the pod has stopped", () => {
    const [, app] = containerLanes([entry(6, "pod.container-started", { container: "app" }), entry(9, "pod.stopped")], web);
    expect(app!.stretches[0]!.to).toBe(9);
  });
});

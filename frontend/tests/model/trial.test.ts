import { describe, expect, it } from "vitest";
import { fieldsOf, linesOf, stepsOf, TrialError, tryOut, wayOf, type Change, type KubePod, type Owner, type TrialCalls, type Tried } from "../../src/model/trial";

const WEB: Owner = { kind: "Deployment", name: "web" };
const pod = (name: string, uid: string, given: Partial<KubePod["spec"]> = {}, owner = ""): KubePod => ({
  metadata: { name, namespace: "default", uid, resourceVersion: "7", labels: { app: "x" }, ...(owner ? { ownerReferences: [{ kind: "ReplicaSet", name: owner, controller: true }] } : {}) },
  spec: { containers: [{ name: "c", resources: { requests: { cpu: "4", memory: "1Gi" } } }], ...given },
});
const taint: Change = { id: "fit.remove-taint", params: { node: "node-1", key: "dedicated", value: "db", effect: "NoSchedule" } };
const lower: Change = { id: "fit.lower-request", params: { node: "node-1", resource: "cpu", to: 500, quantity: "500m", container: "c", container_quantity: "500m" } };

describe("a change", () => {
  it("of a node is a line of kubectl", () => {
    expect(linesOf(taint)).toEqual(["kubectl taint nodes node-1 dedicated:NoSchedule-"]);
    expect(linesOf({ id: "fit.add-label", params: { node: "node-2", key: "disk", value: "ssd" } })).toEqual(["kubectl label nodes node-2 disk=ssd --overwrite"]);
    expect(linesOf({ id: "fit.delete-lower-pods", params: { pods: ["a/x", "b/y"] } })).toEqual(["kubectl delete pod x -n a --wait=false", "kubectl delete pod y -n b --wait=false"]);
  });

  it("of a pod that nobody makes again makes it again, without what the server has added", () => {
    const [first, second] = stepsOf(lower, pod("big", "1"), null);
    expect(first).toEqual({ line: "kubectl delete pod big" });
    const made = JSON.parse((second as { manifest: string }).manifest) as KubePod;
    expect(made.metadata).toEqual({ name: "big", namespace: "default", labels: { app: "x" } });
    expect(made.spec.containers[0]!.resources!.requests).toEqual({ cpu: "500m", memory: "1Gi" });
  });

  it("of a workload's pod goes to the template", () => {
    const [line] = stepsOf(lower, pod("web-1-a", "1", {}, "web-1"), WEB) as { line: string }[];
    expect(line!.line).toBe("kubectl set resources deployment web -c c --requests=cpu=500m");
    const [patch] = stepsOf({ ...taint, id: "fit.add-toleration" }, pod("web-1-a", "1", {}, "web-1"), WEB) as { line: string }[];
    expect(patch!.line).toBe(`kubectl patch deployment web --type=merge -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"dedicated","effect":"NoSchedule","operator":"Equal","value":"db"}]}}}}'`);
    expect(stepsOf(lower, pod("web-1-a", "1", {}, "web-1"), { kind: "ReplicaSet", name: "web-1" })).toHaveLength(2);
  });

  it("takes one rule of the pod away and leaves the others", () => {
    const spread = [{ topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }, { topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }, { topologyKey: "host", whenUnsatisfiable: "DoNotSchedule" }];
    expect(fieldsOf({ id: "fit.drop-spread", params: { key: "zone" } }, pod("a", "1", { topologySpreadConstraints: spread }).spec)).toEqual({ topologySpreadConstraints: [spread[0], spread[2]] });
    const required = "requiredDuringSchedulingIgnoredDuringExecution";
    const affinity = { podAntiAffinity: { [required]: [{ topologyKey: "host" }, { topologyKey: "zone" }] } };
    expect(fieldsOf({ id: "fit.drop-anti-affinity", params: { key: "host" } }, pod("a", "1", { affinity }).spec)).toEqual({ affinity: { podAntiAffinity: { [required]: [{ topologyKey: "zone" }] } } });
    expect(fieldsOf({ id: "fit.add-toleration", params: taint.params }, pod("a", "1").spec)).toEqual({ tolerations: [{ key: "dedicated", effect: "NoSchedule", operator: "Equal", value: "db" }] });
  });

  it("that only says what is missing, or of a pod whose maker cannot be changed, is not tried", () => {
    expect(wayOf({ id: "fit.free-resource", params: {} }, null)).toBeNull();
    expect([wayOf(taint, null), wayOf(lower, null), wayOf(lower, WEB), wayOf(lower, { kind: "Job", name: "j" })]).toEqual(["lines", "again", "template", null]);
  });
});

/** A cluster in which a pod is decided at `at`. */
class FakeCluster implements TrialCalls {
  now = 10_000_000;
  lines: string[] = [];
  phases: string[] = [];
  there: KubePod[];
  decisions: Tried[] = [];
  constructor(there: KubePod[], readonly happens: (cluster: FakeCluster) => void = () => undefined) {
    this.there = there;
  }
  fork = async (): Promise<{ branch: string; now: number }> => ({ branch: "main·fork-1", now: this.now });
  kubectl = async (line: string): Promise<void> => void this.lines.push(line);
  apply = async (manifest: string): Promise<void> => void this.lines.push(manifest);
  ready = async (): Promise<boolean> => this.now >= 20_000_000;
  join = async (machine: { name: string }): Promise<void> => void this.lines.push(machine.name);
  pods = async (): Promise<KubePod[]> => this.there;
  decided = async (): Promise<Tried[]> => this.decisions;
  advance = async (by: number): Promise<number> => {
    this.now += by;
    this.happens(this);
    return this.now;
  };
  try = (change: Change, name: string, owner: Owner | null = null): ReturnType<typeof tryOut> => tryOut(change, name, owner, this, (phase) => void this.phases.push(phase));
}
const refusal = (name: string, at: number): Tried => ({ pod: name, at, node: null, message: "0/1 nodes are available: 1 Insufficient cpu." });

describe("a trial", () => {
  it("forks, changes, and plays until the pod has a node", async () => {
    const cluster = new FakeCluster([pod("big", "1")], (one) => {
      if (one.now >= 11_000_000) one.there = [pod("big", "1", { nodeName: "node-1" })];
    });
    expect(await cluster.try(taint, "default/big")).toEqual({ kind: "bound", pod: "default/big", node: "node-1", message: "", at: 11_000_000 });
    expect([cluster.phases, cluster.lines]).toEqual([["forking", "changing", "playing"], ["kubectl taint nodes node-1 dedicated:NoSchedule-"]]);
  });

  it("ends when the scheduler says no again; what it said before the change does not count", async () => {
    const cluster = new FakeCluster([pod("big", "1")], (one) => {
      if (one.now >= 12_000_000) one.decisions = [refusal("default/big", 11_500_000)];
    });
    cluster.decisions = [refusal("default/big", 9_000_000)];
    expect(await cluster.try(taint, "default/big")).toMatchObject({ kind: "refused", message: "0/1 nodes are available: 1 Insufficient cpu.", at: 11_500_000 });
  });

  it("waits for victims of preemption, and no longer than their grace", async () => {
    const cluster = new FakeCluster([{ ...pod("big", "1"), status: { nominatedNodeName: "node-1" } }], (one) => (one.decisions = [refusal("default/big", one.now)]));
    const outcome = await cluster.try(taint, "default/big");
    expect([outcome.kind, outcome.at >= 70_000_000]).toEqual(["waits", true]);
  });

  it("waits until a machine that joins is ready, whatever the scheduler says before", async () => {
    const cluster = new FakeCluster([pod("big", "1")], (one) => {
      one.decisions = [refusal("default/big", one.now)];
      if (one.now >= 30_000_000) one.there = [pod("big", "1", { nodeName: "node-4" })];
    });
    expect(await cluster.try({ id: "fit.add-node", params: { name: "node-4", cpu: "64", memory: "8Gi", labels: {} } }, "default/big")).toMatchObject({ kind: "bound", node: "node-4" });
    expect(cluster.lines).toEqual(["node-4"]);
    const taken = new FakeCluster([pod("big", "1")], (one) => (one.decisions = [refusal("default/big", 15_000_000)]));
    const outcome = await taken.try({ id: "fit.add-node", params: { name: "node-4" } }, "default/big");
    expect([outcome.kind, taken.now]).toEqual(["refused", 35_000_000]);
  });

  it("says so when the scheduler is not woken", async () => {
    const outcome = await new FakeCluster([pod("big", "1")]).try(taint, "default/big");
    expect([outcome.kind, outcome.at]).toEqual(["waits", 25_000_000]);
  });

  it("follows what a workload makes in place of its pod", async () => {
    const cluster = new FakeCluster([pod("web-1-a", "1", {}, "web-1"), pod("db-1", "2", { nodeName: "node-1" }, "db")], (one) => (one.there = [pod("web-2-b", "3", { nodeName: "node-2" }, "web-2"), pod("db-2", "4", { nodeName: "node-1" }, "db")]));
    expect(await cluster.try(lower, "default/web-1-a", WEB)).toMatchObject({ kind: "bound", pod: "default/web-2-b", node: "node-2" });
  });

  it("of a pod that has gone says that", async () => {
    expect((await new FakeCluster([]).try(taint, "default/big")).kind).toBe("gone");
  });

  it("ends with the words of who refuses a step", async () => {
    const cluster = new FakeCluster([pod("big", "1")]);
    cluster.kubectl = async () => Promise.reject(new TrialError("error: no"));
    await expect(cluster.try(taint, "default/big")).rejects.toThrow("error: no");
  });
});

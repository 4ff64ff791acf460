import { describe, expect, it } from "vitest";
import { commandsOf, placeOf, storyOf } from "../../src/model/follow";
import type { TraceCard } from "../../src/protocol";

const entry = (number: number, cause: number, actor: string, id: string, params: Record<string, unknown> = {}): TraceCard => ({ number, at: number * 1000, cause, actor, id, params });
const request = (number: number, cause: number, user: string, verb: string, resource: string, object: string, more: Record<string, unknown> = {}): TraceCard => entry(number, cause, "apiserver", "api.request", { user, verb, resource, object, code: 200, subresource: "", ...more });
const controller = (name: string): string => `system:serviceaccount:kube-system:${name}-controller`;
const POD = "pod/default/web-79f-abcde";
const OTHER = "pod/default/web-79f-zzzzz";

const TRACE: TraceCard[] = [
  entry(1, 0, "kubelet/node-1", "node.ready"),
  entry(6, 0, "kubectl", "command.given", { kind: "apply" }),
  request(20, 6, "kubernetes-admin", "create", "deployments.apps", "deployment/default/web"),
  entry(23, 20, "kube-controller-manager", "deployment.new-replicaset", { controller: "deployment-controller", key: "default/web" }),
  request(42, 23, controller("deployment"), "create", "replicasets.apps", "replicaset/default/web-79f"),
  entry(45, 42, "kube-controller-manager", "replicaset.create-pods", { controller: "replicaset-controller", key: "default/web-79f" }),
  entry(46, 42, "kube-controller-manager", "replicaset.create-pods", { controller: "replicaset-controller", key: "default/another" }),
  request(97, 45, controller("replicaset"), "create", "pods", OTHER),
  request(98, 45, controller("replicaset"), "create", "pods", POD),
  entry(103, 98, "kube-scheduler", "scheduler.decided", { object: POD, node: "node-1" }),
  request(138, 103, "system:kube-scheduler", "create", "pods", POD, { subresource: "binding" }),
  entry(141, 138, "kube-scheduler", "scheduler.bound", { object: POD }),
  entry(315, 141, "kubelet/node-1", "pod.sandbox-created", { object: POD }),
  entry(534, 315, "kubelet/node-1", "pod.ready", { object: POD }),
  request(545, 534, "system:node:node-1", "patch", "pods", POD, { subresource: "status" }),
  request(587, 545, controller("endpointslice"), "update", "endpointslices.discovery.k8s.io", "endpointslice/default/web-q"),
  entry(591, 587, "kube-proxy/node-2", "kube-proxy.synced"),
  entry(593, 587, "kube-proxy/node-3", "kube-proxy.synced"),
  entry(600, 0, "kubectl", "command.given", { kind: "delete" }),
  request(610, 600, "kubernetes-admin", "delete", "pods", POD),
  entry(620, 610, "kubelet/node-1", "pod.terminating", { object: POD }),
];
const told = (number: number, until = 1e9): string[] => storyOf(TRACE, number, until).map(({ entry: one, stage }) => `${one.number}${stage ? ` ${stage}` : ""}`);

describe("a request that is followed", () => {
  it("goes through every stage, the controllers, the scheduler and the node, to the Service", () => {
    expect(told(6)).toEqual(["6", "20 authn", "20 authz", "20 default", "20 admit", "20 validate", "20 store", "20 watches", "23", "42", "45", "98", "103", "138", "141", "315", "534", "545", "587", "591"]);
  });

  it("is told as far as the playhead, about the first pod while none is ready", () => {
    expect(told(6, 45).slice(-2)).toEqual(["42", "45"]);
    expect(told(6, 97).at(-1)).toBe("97");
    expect(told(7)).toEqual([]);
  });

  it("takes a pod away", () => expect(told(600).slice(-2)).toEqual(["610 watches", "620"]));

  it("ends where it is refused", () => {
    const refused = entry(20, 6, "apiserver", "api.refused", { user: "kubernetes-admin", verb: "create", code: 403 });
    expect(storyOf([TRACE[1]!, refused, TRACE[3]!], 6, 1e9).map((one) => one.entry.number)).toEqual([6, 20]);
  });

  it("can be any command up to the playhead", () => expect([commandsOf(TRACE, 599), commandsOf(TRACE, 600)].map((found) => found.map((one) => one.number))).toEqual([[6], [6, 600]]));
});

describe("a step on the drawing", () => {
  const story = storyOf(TRACE, 6, 1e9);
  const place = (index: number): ReturnType<typeof placeOf> => placeOf(story[index]!, story[index + 1], "etcd-2");
  it("is held by a stage, travels to etcd, and goes out to whoever acts next", () => {
    expect(place(0)).toEqual({ edges: [], component: "kubectl", dot: null });
    expect(place(4)).toEqual({ edges: ["kubectl>apiserver"], component: "", dot: { stage: "admit" } });
    expect(place(6)).toEqual({ edges: ["apiserver>etcd-2"], component: "", dot: { edge: "apiserver>etcd-2", letter: "C" } });
    expect(place(7).dot).toEqual({ edge: "apiserver>kube-controller-manager", letter: "W" });
  });
  it("is the work of a program, or a request on its way", () => {
    expect(place(8)).toEqual({ edges: ["apiserver>kube-controller-manager"], component: "deployment-controller", dot: null });
    expect(place(9).dot).toEqual({ edge: "kube-controller-manager>apiserver", letter: "C" });
    expect(place(15)).toEqual({ edges: ["apiserver>kubelet/node-1"], component: "kubelet/node-1", dot: null });
  });
});

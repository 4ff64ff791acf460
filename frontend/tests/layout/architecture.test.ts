import { describe, expect, it } from "vitest";
import { callsIn, controllerLabel, layoutArchitecture, NODES_SINGLE, placePods, routeOf, singleNodes } from "../../src/layout/architecture";
import { overlaps, segmentBoxes, type Box } from "../../src/layout/geometry";
import type { ComponentCard, Keyframe, NodeCard, PodCard } from "../../src/protocol";

const component = (name: string, role: string): ComponentCard => ({ name, role, host: "control-plane", up: true, queue: 0, detail: {} });
const node = (name: string, control = false): NodeCard => ({ name, uid: name, ip: "192.168.66.1", pod_cidr: "", ready: "True", up: true, unschedulable: false, control_plane: control, taints: [], runtime: "", calls: [], pressure: [], cpu: [0, 1], memory: [0, 1], pods: 0 });
const pod = (name: string, on: string, status = "ready"): PodCard => ({ name, namespace: "default", uid: name, status, stage: status, since: 0, created: 0, reason: "", node: on, ip: "10.0.0.1", owner: "rs", app: "web", revision: "", index: -1, containers: [], rv: 1 });
const byName = <T extends { name: string }>(items: T[]): Record<string, T> => Object.fromEntries(items.map((one) => [one.name, one]));

function keyframe(workers: number, podsEach: number): Keyframe {
  const nodes = [node("control-plane", true), ...Array.from({ length: workers }, (_, index) => node(`node-${index + 1}`))];
  const agents = nodes.flatMap((one) => ["kubelet", "kube-proxy", "flannel"].map((role) => component(`${role}/${one.name}`, role)));
  const controllers = ["deployment", "replicaset", "endpoints", "namespace", "node-lifecycle", "a", "b", "c", "d", "e", "f"].map((name) => component(`${name}-controller`, "controller"));
  const plane = [component("apiserver", "apiserver"), component("kube-scheduler", "scheduler"), component("kubectl", "kubectl"), ...[1, 2, 3].map((index) => component(`etcd-${index}`, "etcd"))];
  const pods = nodes.slice(1).flatMap((one) => Array.from({ length: podsEach }, (_, index) => pod(`${one.name}-p${index}`, one.name)));
  return { components: byName([...plane, ...controllers, ...agents]), nodes: byName(nodes), pods: byName(pods), workloads: {}, services: {}, claims: {}, schedulers: {}, waiting: {}, decided: {}, counts: {} };
}

describe.each([[1040, 630], [912, 474], [1456, 860], [860, 470]])("the drawing at %i × %i", (width, height) => {
  const a = layoutArchitecture(keyframe(3, 4), width, height);
  const solid: [string, Box][] = [["scheduler", a.scheduler], ["manager", a.manager], ["api", a.api], ["kubectl", a.kubectl], ["router", a.router], ...a.etcd.map((one): [string, Box] => [one.card.name, one.box]), ...a.nodes.map((one): [string, Box] => [one.node.name, one])];

  it("keeps everything apart", () => {
    const clashes = solid.flatMap(([name, box], index) => solid.slice(index + 1).filter(([, other]) => overlaps(box, other)).map(([other]) => `${name} over ${other}`));
    expect(clashes).toEqual([]);
    const doors = a.nodes.flatMap((one) => one.doors.map((door) => door.box));
    expect(doors.filter((door) => [a.router, a.kubectl, a.api].some((box) => overlaps(door, box)))).toEqual([]);
  });

  it("keeps everything inside, stages in the hub and controllers in the manager", () => {
    const inside = (box: Box, around: Box): boolean => box.x >= around.x && box.y >= around.y && box.x + box.w <= around.x + around.w + 0.5 && box.y + box.h <= around.y + around.h + 0.5;
    expect(solid.filter(([, box]) => !inside(box, { x: 0, y: 0, w: width, h: height }))).toEqual([]);
    expect(a.stages.every((one) => inside(one.box, a.api))).toBe(true);
    expect(a.controllers.every((one) => inside(one.box, a.manager))).toBe(true);
    expect(a.nodes.every((one) => one.pods.every((tile) => inside(tile, one)))).toBe(true);
  });

  it("keeps lines off the boxes that they do not belong to", () => {
    const crossing = a.edges.filter((edge) => edge.kind === "request" && !edge.id.startsWith("kubectl")).flatMap((edge) => segmentBoxes(edge.points, 1).filter((line) => [a.router, a.kubectl].some((box) => overlaps(line, box))).map(() => edge.id));
    expect(crossing).toEqual([]);
  });

  it("has agents astride the top edge of their node: they are its doors", () => {
    expect(a.nodes.every((one) => one.doors.every(({ box }) => box.y < one.y && box.y + box.h > one.y))).toBe(true);
  });

  it("has straight edges only, and a way for every message between programs", () => {
    const slanted = a.edges.filter((edge) => edge.points.slice(1).some((to, index) => to.x !== edge.points[index]!.x && to.y !== edge.points[index]!.y));
    expect(slanted).toEqual([]);
    for (const [source, target] of [["kubectl", "apiserver"], ["apiserver", "etcd-3"], ["etcd-2", "apiserver"], ["etcd-1", "etcd-2"], ["etcd-3", "etcd-1"], ["apiserver", "kubelet/node-2"], ["kubelet/node-2", "apiserver"], ["kube-scheduler", "apiserver"]] as const) expect(routeOf(a, source, target), `${source} → ${target}`).not.toBeNull();
    expect(routeOf(a, "nobody", "apiserver")).toBeNull();
  });
});

it.each([[1040, 630], [912, 474], [1456, 860]])("pods without a node wait beside the scheduler at %i × %i, and touch nothing", (width, height) => {
  const some = keyframe(3, 1);
  const waiting = Array.from({ length: 9 }, (_, index) => pod(`w-${index}`, "", "unscheduled"));
  const a = layoutArchitecture({ ...some, pods: { ...some.pods, ...byName(waiting) } }, width, height);
  expect(a.pending.count).toBe(9);
  expect(a.pending.pods.length + a.pending.more).toBe(9);
  expect(a.pending.pods.length).toBeGreaterThan(0);
  const { box } = a.pending;
  expect(a.pending.pods.every((one) => one.x >= box.x && one.y >= box.y && one.x + one.w <= box.x + box.w && one.y + one.h <= box.y + box.h)).toBe(true);
  expect([a.scheduler, a.api, a.kubectl, a.router, a.plane].filter((other) => overlaps(other, box))).toEqual([]);
  expect(layoutArchitecture(some, width, height).pending).toMatchObject({ count: 0, box });
});

it("places do not depend on what the cluster does", () => {
  const calm = keyframe(3, 2);
  const busy: Keyframe = { ...calm, components: Object.fromEntries(Object.entries(calm.components).map(([name, card]) => [name, { ...card, queue: 7, up: name !== "etcd-1" }])) };
  const boxes = (one: Keyframe): unknown => { const a = layoutArchitecture(one, 1040, 630); return [a.api, a.scheduler, a.manager, a.etcd.map((member) => member.box), a.nodes.map(({ x, y, w, h }) => [x, y, w, h])]; };
  expect(boxes(busy)).toEqual(boxes(calm));
});

describe("many nodes", () => {
  it("share a pool; the selected one is brought out", () => {
    const a = layoutArchitecture(keyframe(50, 40), 1040, 630, "node-37");
    expect(a.nodes.map((one) => one.node.name)).toEqual(["control-plane", "node-1", "node-2", "node-37"]);
    expect(a.pool!.nodes).toHaveLength(47);
    expect(a.pool!.nodes.reduce((sum, one) => sum + one.pods.length, 0)).toBe(47 * 40);
    expect(routeOf(a, "kubelet/node-20", "apiserver")).not.toBeNull();
  });
  it("are few enough to be drawn singly up to six", () => {
    const some = Array.from({ length: NODES_SINGLE }, (_, index) => node(`n${index}`));
    expect(singleNodes(some, "")).toEqual(some);
    expect(singleNodes([...some, node("more")], "more").map((one) => one.name)).toEqual(["n0", "n1", "n2", "more"]);
  });
});

describe("pods of a node", () => {
  const area = { x: 0, y: 0, w: 230, h: 120 };
  it("get the largest tile that shows all of them", () => {
    const widths = [2, 6, 9, 30, 90].map((count) => placePods(Array.from({ length: count }, (_, index) => pod(`p${index}`, "n")), area).pods[0]!.w);
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[0]).toBe(56);
  });
  it("that find no room are counted, and those in trouble are never among them", () => {
    const crowd = [...Array.from({ length: 400 }, (_, index) => pod(`p${index}`, "n")), pod("sick", "n", "failed")];
    const { pods, more } = placePods(crowd, area);
    expect(pods.length + more).toBe(401);
    expect(pods.some((one) => one.pod.name === "sick")).toBe(true);
  });
});

it("controllers are named by what they look after", () => expect(["deployment-controller", "node-lifecycle-controller", "something-new-controller"].map(controllerLabel)).toEqual(["Deployment", "Node lifecycle", "something-new"]));

describe("the programs below the kubelet", () => {
  const docker = ["cri-dockerd", "dockerd", "containerd", "containerd-shim-runc-v2", "runc"];
  it.each([[400, "cri-dockerd → dockerd → containerd → runc"], [200, "cri-dockerd → … → runc"], [90, "cri-dockerd"]])("fit into %i", (width, text) => {
    expect(callsIn(docker, width)).toBe(text);
  });
  it("are unknown of a runtime that is not modelled", () => expect(callsIn([], 400)).toBe(""));
});

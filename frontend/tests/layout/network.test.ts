import { describe, expect, it } from "vitest";
import { overlaps } from "../../src/layout/geometry";
import { badgeAt, boxAt, fitted, layoutNetwork, NO_PATH, podWire, routeBetween, type NetworkPicture } from "../../src/layout/network";
import { stationOf, type Station } from "../../src/model/packet";
import { keyframe, node, pod, REQUEST, service } from "../journey";

const PATH = { nodes: ["node-1", "node-3"], pods: ["default/curl", "default/web-966b49858-qn4tj"], serviceNode: "node-1" };
const stations = REQUEST.map((one) => stationOf(one, "request", service()));
const boxes = (picture: NetworkPicture) => [...picture.nodes.map((one) => one.box), ...picture.folded.map((one) => one.box)];

describe("the network drawing", () => {
  for (const [width, height] of [[1040, 408], [912, 360], [1448, 620], [760, 352]] as const) {
    it(`keeps everything inside ${width} × ${height}, and nothing on top of anything`, () => {
      const picture = layoutNetwork(keyframe(), width, height, PATH, service());
      const all = boxes(picture);
      for (const [index, box] of all.entries()) {
        expect(box.x + box.w).toBeLessThanOrEqual(width);
        expect(box.y + box.h).toBeLessThanOrEqual(picture.height);
        for (const other of all.slice(index + 1)) expect(overlaps(box, other)).toBe(false);
      }
      for (const one of picture.nodes) {
        const parts = [one.eth0, one.flannel, one.routing, one.bridge, ...one.pods.map(({ box }) => box), ...(picture.service?.node === one.node.name ? [picture.service.box] : [])];
        for (const [index, part] of parts.entries()) {
          expect(part.x >= one.box.x && part.x + part.w <= one.box.x + one.box.w && part.y + part.h <= one.box.y + one.box.h).toBe(true);
          for (const other of parts.slice(index + 1)) expect(overlaps(part, other)).toBe(false);
        }
      }
    });
  }

  it("opens the nodes on the path and folds the others where they stand", () => {
    const picture = layoutNetwork(keyframe(), 1040, 408, PATH, service());
    expect(picture.nodes.map((one) => one.node.name)).toEqual(["node-1", "node-3"]);
    expect(picture.folded.map((one) => one.nodes.map((each) => each.name))).toEqual([["node-2"], ["control-plane"]]);
    expect(picture.service?.node).toBe("node-1");
  });

  it("folds a hundred nodes into a column each side", () => {
    const nodes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`node-${index + 1}`, node(`node-${index + 1}`, index + 1)]));
    const picture = layoutNetwork(keyframe({ nodes }), 1040, 408, PATH, service());
    expect(picture.nodes).toHaveLength(2);
    expect(picture.folded.map((one) => one.nodes.length)).toEqual([1, 97]);
    expect(layoutNetwork(keyframe({ nodes }), 1040, 408, NO_PATH, null).nodes.length).toBeLessThanOrEqual(3);
  });

  it("opens the ends of a path through many nodes", () => {
    const flooded = { ...PATH, nodes: ["node-1", "node-2", "control-plane", "node-3"] };
    expect(layoutNetwork(keyframe(), 1040, 408, flooded, null).nodes.map((one) => one.node.name)).toEqual(["node-1", "node-2", "node-3"]);
  });

  it("draws the pods of the walk first", () => {
    const picture = layoutNetwork(keyframe(), 1040, 408, { ...PATH, pods: ["default/web-966b49858-8wz2m"] }, service());
    expect(picture.nodes[0]!.pods[0]!.pod.name).toBe("web-966b49858-8wz2m");
  });
});

describe("wires", () => {
  const picture = layoutNetwork(keyframe(), 1040, 408, PATH, service());

  it("run at right angles from outline to outline, for every hop of the walk", () => {
    stations.slice(1).forEach((to, index) => {
      const points = routeBetween(picture, stations[index]!, to);
      expect(points.length).toBeGreaterThan(1);
      points.slice(1).forEach((point, at) => expect(point.x === points[at]!.x || point.y === points[at]!.y).toBe(true));
    });
  });

  it("pass flannel.1 by when nothing is encapsulated", () => {
    const routing: Station = { kind: "device", node: "node-1", device: "routing" };
    const points = routeBetween(picture, routing, { kind: "device", node: "node-1", device: "eth0" });
    const { flannel } = picture.nodes[0]!;
    expect(points.every((one) => one.x <= flannel.x || one.x >= flannel.x + flannel.w)).toBe(true);
  });

  it("go over the switch to the router, and over wan0 to the internet", () => {
    expect(routeBetween(picture, { kind: "switch" }, { kind: "router" }).at(-1)!.y).toBe(picture.router.y + picture.router.h);
    expect(routeBetween(picture, { kind: "router" }, { kind: "internet" }).at(-1)!.x).toBe(picture.internet.x);
    expect(routeBetween(picture, { kind: "internet" }, { kind: "router" }).at(0)!.x).toBe(picture.internet.x);
  });

  it("reach pods of a further row between the columns, never through another pod", () => {
    const pods = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`p${index}`, pod(`p${index}`, "node-1", `10.244.1.${index + 2}`, { created: index })]));
    const tall = layoutNetwork(keyframe({ pods }), 1040, 620, PATH, service()).nodes[0]!;
    const rows = new Set(tall.pods.map(({ box }) => box.y));
    expect(rows.size).toBeGreaterThan(1);
    for (const { box } of tall.pods) {
      const [from, to] = [podWire(tall.bridge, box)[0]!, podWire(tall.bridge, box)[1]!];
      for (const { box: other } of tall.pods) if (other !== box) expect(from.x > other.x && from.x < other.x + other.w && to.y > other.y).toBe(false);
    }
  });

  it("are none within one thing or to one that is not drawn", () => {
    const curl: Station = { kind: "pod", node: "node-1", pod: "default/curl" };
    expect(routeBetween(picture, curl, curl)).toEqual([]);
    expect(routeBetween(picture, curl, { kind: "device", node: "node-2", device: "eth0" })).toEqual([]);
  });
});

describe("numbers", () => {
  it("of hops at one thing stand side by side", () => {
    const picture = layoutNetwork(keyframe(), 1040, 408, PATH, service());
    const at: Station = { kind: "device", node: "node-1", device: "routing" };
    const box = boxAt(picture, at)!;
    expect(badgeAt(at, box, 0).x - badgeAt(at, box, 1).x).toBe(20);
  });

  it("and words are cut to the room there is", () => {
    expect(fitted("10.244.3.0/24 via 10.244.3.0", 67)).toBe("10.244.3.…");
    expect(fitted("short", 200)).toBe("short");
  });
});

import { describe, expect, it } from "vitest";
import { chanceWords, changesOf, decidedAt, deltaWords, envelopeChange, envelopes, nodesOnPath, ruleParts, serviceOf, stationOf, visitsOf, wordsOf } from "../../src/model/packet";
import type { Hop } from "../../src/protocol";
import { hop, JOURNEY, keyframe, REPLY, REQUEST, SENT, service } from "../journey";

describe("stations", () => {
  it("are read from the typed fields of the hops", () => {
    const web = service();
    expect(REQUEST.map((one) => stationOf(one, "request", web))).toEqual([
      { kind: "pod", node: "node-1", pod: "default/curl" },
      { kind: "device", node: "node-1", device: "cni0" },
      { kind: "service", node: "node-1" },
      { kind: "device", node: "node-1", device: "routing" },
      { kind: "device", node: "node-1", device: "flannel.1" },
      { kind: "device", node: "node-1", device: "eth0" },
      { kind: "switch" },
      { kind: "device", node: "node-3", device: "eth0" },
      { kind: "device", node: "node-3", device: "flannel.1" },
      { kind: "device", node: "node-3", device: "routing" },
      { kind: "device", node: "node-3", device: "cni0" },
      { kind: "pod", node: "node-3", pod: "default/web-966b49858-qn4tj" },
    ]);
  });

  it("put the reply's un-translation at the Service, a masquerade at the routing", () => {
    expect(stationOf(REPLY[1]!, "reply", service())).toEqual({ kind: "service", node: "node-1" });
    expect(stationOf(REPLY[1]!, "request", service())).toEqual({ kind: "device", node: "node-1", device: "routing" });
    expect(stationOf(REQUEST[2]!, "request", null)).toEqual({ kind: "device", node: "node-1", device: "routing" });
  });

  it("leave the look-up of the outer packet at the tunnel's device", () => {
    const outer = hop({ step: "routing", before: REQUEST[5]!.before, after: REQUEST[5]!.after });
    expect(stationOf(outer, "request")).toEqual({ kind: "device", node: "node-1", device: "flannel.1" });
  });

  it("name the nodes in the order of the walk and the Service that was asked", () => {
    expect(nodesOnPath(JOURNEY, keyframe())).toEqual(["node-1", "node-3"]);
    expect(serviceOf(SENT, keyframe())?.name).toBe("web");
    expect(serviceOf({ ...SENT, ask: { ...SENT.ask, to: "10.96.23.40" } }, keyframe())?.name).toBe("web");
    expect(serviceOf({ ...SENT, ask: { ...SENT.ask, to: "10.244.3.4" }, journey: { ...JOURNEY, request: REQUEST.slice(7) } }, keyframe())).toBeNull();
  });

  it("find the Service behind a node port", () => {
    const open = service({ type: "NodePort", ports: [{ name: "", port: 80, target: 8080, node_port: 30080, protocol: "TCP" }] });
    const dnat = hop({ step: "netfilter", verdict: "translated", before: { layers: [{ layer: "IP", fields: { dst: "192.168.66.11" } }], length: 60 }, after: { layers: [{ layer: "IP", fields: { dst: "10.244.3.4" } }], length: 60 } });
    const sent = { ask: { from: "lan-client", to: "192.168.66.11", protocol: "tcp", port: 30080 }, journey: { ...JOURNEY, request: [dnat] }, at: 1 };
    expect(serviceOf(sent, keyframe({ services: { a: open } }))?.type).toBe("NodePort");
  });
});

describe("changes", () => {
  it("name layer, field, old and new value", () => {
    expect(changesOf(REQUEST[2]!)).toEqual([{ layer: "IP", field: "dst", from: "10.96.23.40", to: "10.244.3.4" }]);
    expect(deltaWords(REQUEST[2]!)).toEqual(["dst"]);
    expect(deltaWords(REQUEST[3]!)).toEqual(["TTL"]);
    expect(deltaWords(REQUEST[0]!)).toEqual([]);
  });

  it("do not take an envelope for a change of what is inside it", () => {
    expect(changesOf(REQUEST[4]!)).toEqual([]);
    expect([envelopeChange(REQUEST[4]!), envelopeChange(REQUEST[8]!), envelopeChange(REQUEST[5]!)]).toEqual([1, -1, 0]);
    expect(deltaWords(REQUEST[4]!)).toEqual(["outer"]);
  });
});

describe("envelopes", () => {
  it("nest the tunnel around the frame of the pod network, and say which hop changed what", () => {
    const nested = envelopes(REQUEST, 5);
    expect(nested.map((one) => [one.title, one.network, one.changedAt])).toEqual([
      ["Ethernet outer", "node", [5]],
      ["IP outer", "node", [5]],
      ["UDP, VXLAN", "node", [5]],
      ["Ethernet inner", "pod", [5]],
      ["IP, TCP", "pod", [3, 4]],
    ]);
    expect(nested.every((one) => !one.now)).toBe(true);
    expect(envelopes(REQUEST, 4)[0]!.now).toBe(true);
  });

  it("are three headers in one frame while the packet is in the pod", () => {
    expect(envelopes(REQUEST, 0).map((one) => [one.title, one.network, one.changedAt])).toEqual([["Ethernet", "pod", []], ["IP, TCP", "pod", []]]);
  });

  it("write a header as an arrow and what is left", () => {
    expect(wordsOf({ layer: "IP", fields: { src: "a", dst: "b", ttl: 63, df: true, opt: "" } })).toBe("a → b TTL 63 DF");
    expect(wordsOf({ layer: "TCP", fields: { sport: 1, dport: 80, flags: ["SYN", "ACK"] } })).toBe("1 → 80 flags SYN ACK");
  });
});

describe("visits", () => {
  it("are hops one after the other at one thing", () => {
    const at = (one: Partial<Hop>): Hop => hop({ netns: "pod/default/curl", ...one });
    const hops = [at({ step: "send" }), at({ step: "routing" }), at({ device: "eth0" }), hop({ device: "veth1" }), REQUEST[2]!, hop({ device: "cni0", step: "bridge" })];
    const visits = visitsOf(hops.map((one) => stationOf(one, "request", service())));
    expect(visits.map((one) => [one.station.kind, one.first, one.last])).toEqual([["pod", 0, 2], ["device", 3, 3], ["service", 4, 4], ["device", 5, 5]]);
  });
});

describe("rules", () => {
  it("are read in their parts", () => {
    const text = '-A KUBE-SVC-DFM -m comment --comment "default/front -> 10.244.1.3:80" -m statistic --mode random --probability 0.33333333349 -j KUBE-SEP-K55';
    expect(ruleParts(text)).toEqual({ says: "10.244.1.3:80", jump: "KUBE-SEP-K55" });
    expect(ruleParts("-A POSTROUTING -s 10.244.0.0/16 -m mark --mark 0x4000 -j MASQUERADE --random-fully")).toEqual({ says: "-s 10.244.0.0/16 --mark 0x4000", jump: "MASQUERADE --random-fully" });
    expect(ruleParts("10.244.3.0/24 dev cni0")).toEqual({ says: "10.244.3.0/24 dev cni0", jump: "" });
  });

  it("stay those of the last hop that had a choice", () => {
    expect(decidedAt(REQUEST, 1)).toBe(-1);
    expect(decidedAt(REQUEST, 5)).toBe(2);
    expect(decidedAt([REQUEST[0]!, REQUEST[3]!], 1)).toBe(1);
  });

  it("write the chance of a statistic match as a fraction", () => {
    expect([0.33333, 0.5, 1, 0.3].map(chanceWords)).toEqual(["1/3", "1/2", "–", "30.0 %"]);
  });
});

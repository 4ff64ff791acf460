import { describe, expect, it } from "vitest";
import { PRESETS, presetOf, talkers } from "../../src/model/preset";
import { keyframe, pod, service } from "../journey";

describe("presets", () => {
  it("choose two ends that fit the way", () => {
    const frame = keyframe();
    expect(presetOf("loopback", frame)).toMatchObject({ from: "pod/default/curl", to: "127.0.0.1" });
    expect(presetOf("same-node", frame)).toMatchObject({ from: "pod/default/curl", to: "pod/default/web-966b49858-8wz2m", port: 80 });
    expect(presetOf("other-node", frame)).toMatchObject({ from: "pod/default/curl", to: "pod/default/web-966b49858-qn4tj", port: 8080 });
    expect(presetOf("service", frame)).toEqual({ from: "pod/default/curl", to: "service/default/web", protocol: "tcp", port: 80 });
    expect(presetOf("outside", frame)).toMatchObject({ to: "internet" });
  });

  it("come from outside only when a Service has a node port", () => {
    expect(presetOf("from-outside", keyframe())).toBeNull();
    const open = service({ ports: [{ name: "", port: 80, target: 80, node_port: 30080, protocol: "TCP" }] });
    expect(presetOf("from-outside", keyframe({ services: { a: open } }))).toEqual({ from: "lan-client", to: "192.168.66.11", protocol: "tcp", port: 30080 });
  });

  it("have nothing to offer in an empty cluster", () => {
    const empty = keyframe({ pods: {}, services: {} });
    expect(PRESETS.map((name) => presetOf(name, empty))).toEqual(PRESETS.map(() => null));
  });

  it("leave out pods without an address of their own: those of the host network", () => {
    const frame = keyframe({ pods: { a: pod("kube-proxy-x", "node-1", "192.168.66.11"), b: pod("starting", "node-1", "", { status: "creating" }) } });
    expect(presetOf("loopback", frame)).toBeNull();
  });

  it("take ready pods first, people's before the system's, by name; they are looked for once per keyframe", () => {
    const pods = [pod("b", "node-1", "10.244.1.3", { status: "not-ready" }), pod("dns", "node-1", "10.244.1.4", { namespace: "kube-system" }), pod("z", "node-1", "10.244.1.5"), pod("c", "node-2", "10.244.2.2"), pod("going", "node-1", "10.244.1.6", { status: "terminating" })];
    const frame = keyframe({ pods: Object.fromEntries(pods.map((one) => [one.name, one])) });
    expect(talkers(frame).map((one) => one.name)).toEqual(["c", "z", "b", "dns"]);
    expect(talkers(frame)).toBe(talkers(frame));
    expect(talkers({ ...frame, pods: {} })).toEqual([]);
  });
});

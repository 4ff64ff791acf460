/** A journey as the tracer answers it: curl on node-1 asks Service web, whose endpoint qn4tj is on node-3, through Flannel's tunnel. */
import type { Hop, Journey, Keyframe, Layer, NodeCard, Packet, PodCard, ServiceCard, WorkloadCard } from "../src/protocol";

const ip = (src: string, dst: string, ttl: number): Layer => ({ layer: "IP", fields: { src, dst, ttl } });
const tcp = (sport: number, dport: number): Layer => ({ layer: "TCP", fields: { sport, dport, flags: "SYN" } });
const eth = (src: string, dst: string): Layer => ({ layer: "Ethernet", fields: { src, dst } });
const packet = (...layers: Layer[]): Packet => ({ layers, length: 74 + (layers.some((one) => one.layer === "VXLAN") ? 50 : 0) });

const POD = "10.244.1.3";
const VIP = "10.96.23.40";
const END = "10.244.3.4";
const PORT = 41873;
const frame = (inner: Layer[], outer: Layer): Packet => packet(outer, ip("192.168.66.11", "192.168.66.13", 64), { layer: "UDP", fields: { sport: 50123, dport: 8472 } }, { layer: "VXLAN", fields: { vni: 1 } }, eth("ee:01", "ee:03"), ...inner);

const asked = packet(eth("0a:03", "0a:01"), ip(POD, VIP, 64), tcp(PORT, 80));
const translated = packet(eth("0a:03", "0a:01"), ip(POD, END, 64), tcp(PORT, 80));
const routed = packet(ip(POD, END, 63), tcp(PORT, 80));
const wrapped = frame([ip(POD, END, 63), tcp(PORT, 80)], eth("52:0b", "52:0d"));
const unwrapped = packet(eth("ee:01", "ee:03"), ip(POD, END, 63), tcp(PORT, 80));
const arriving = packet(eth("0b:01", "0b:04"), ip(POD, END, 62), tcp(PORT, 80));

export const hop = (given: Partial<Hop>): Hop => ({ node: "node-1", netns: "host", device: "", direction: "", step: "device", chain: "", rule: "", tried: [], before: asked, after: asked, verdict: "forwarded", reason: { id: "packet.forwarded", params: {} }, ...given });

export const REQUEST: Hop[] = [
  hop({ netns: "pod/default/curl", device: "eth0", direction: "out", step: "send" }),
  hop({ device: "veth1a2b", direction: "in" }),
  hop({
    step: "netfilter", chain: "nat PREROUTING", rule: `-j DNAT --to-destination ${END}:80`, before: asked, after: translated, verdict: "translated",
    tried: [
      { chain: "KUBE-SVC-CDGGSHYLG3RE2FKL", text: "10.244.1.5:80 -j KUBE-SEP-THCUGE4P", chance: 0.33333, draw: 0.71, result: "skipped" },
      { chain: "KUBE-SVC-CDGGSHYLG3RE2FKL", text: "10.244.2.5:80 -j KUBE-SEP-K4XZQQV4", chance: 0.5, draw: 0.62, result: "skipped" },
      { chain: "KUBE-SVC-CDGGSHYLG3RE2FKL", text: "10.244.3.4:80 -j KUBE-SEP-NVAPHQYZ", chance: 1, draw: null, result: "taken" },
    ],
  }),
  hop({ step: "routing", rule: "10.244.3.0/24 via 10.244.3.0 dev flannel.1 onlink", before: translated, after: routed }),
  hop({ step: "encapsulate", device: "flannel.1", before: routed, after: wrapped, verdict: "encapsulated" }),
  hop({ device: "eth0", direction: "out", before: wrapped, after: wrapped }),
  hop({ node: "switch", netns: "", step: "switch", before: wrapped, after: wrapped }),
  hop({ node: "node-3", device: "eth0", direction: "in", before: wrapped, after: wrapped }),
  hop({ node: "node-3", step: "decapsulate", device: "flannel.1", before: wrapped, after: unwrapped, verdict: "decapsulated" }),
  hop({ node: "node-3", step: "routing", rule: "10.244.3.0/24 dev cni0", before: unwrapped, after: packet(ip(POD, END, 62), tcp(PORT, 80)) }),
  hop({ node: "node-3", step: "bridge", device: "cni0", before: arriving, after: arriving }),
  hop({ node: "node-3", netns: "pod/default/web-966b49858-qn4tj", device: "eth0", direction: "in", step: "deliver", before: arriving, after: arriving, verdict: "delivered" }),
];

const back = packet(eth("0b:04", "0b:01"), ip(END, POD, 64), tcp(80, PORT));
export const REPLY: Hop[] = [
  hop({ node: "node-3", netns: "pod/default/web-966b49858-qn4tj", device: "eth0", direction: "out", step: "send", before: back, after: back }),
  hop({ step: "netfilter", chain: "conntrack", before: packet(ip(END, POD, 62), tcp(80, PORT)), after: packet(ip(VIP, POD, 62), tcp(80, PORT)), verdict: "translated" }),
];

export const JOURNEY: Journey = { source: "pod/default/curl", target: "service/default/web", protocol: "tcp", port: 80, result: "delivered", reason: { id: "packet.delivered", params: {} }, request: REQUEST, reply: REPLY };
export const SENT = { ask: { from: "pod/default/curl", to: "service/default/web", protocol: "tcp", port: 80 }, journey: JOURNEY, at: 1284 };

export const node = (name: string, last: number, given: Partial<NodeCard> = {}): NodeCard => ({ name, uid: name, ip: `192.168.66.${10 + last}`, pod_cidr: `10.244.${last}.0/24`, ready: "True", up: true, unschedulable: false, control_plane: false, taints: [], runtime: "containerd", calls: ["containerd", "containerd-shim-runc-v2", "runc"], pressure: [], cpu: [0, 1], memory: [0, 1], pods: 0, ...given });
export const pod = (name: string, on: string, ip: string, given: Partial<PodCard> = {}): PodCard => ({ name, namespace: "default", uid: name, status: "ready", stage: "ready", since: 0, created: 0, reason: "Running", node: on, ip, owner: "", app: name, revision: "", index: -1, containers: [], rv: 1, ...given });
export const workloadCard = (kind: string, name: string, given: Partial<WorkloadCard> = {}): WorkloadCard => ({
  kind, name, namespace: "default", uid: name, owner: "", created: 0, revision: "", images: [], desired: 3, total: 3, ready: 3, available: 3, updated: 3,
  strategy: {}, action: null, did: [], did_not: [], loop: null, deployment: null, stateful: null, daemon: null, job: null, cron: null, autoscaler: null,
  budgets: [], load: null, rv: 1, ...given,
});
export const service = (given: Partial<ServiceCard> = {}): ServiceCard => ({
  name: "web", namespace: "default", uid: "svc-web", type: "ClusterIP", cluster_ip: VIP, ports: [{ name: "", port: 80, target: 8080, node_port: 0, protocol: "TCP" }],
  endpoints: [{ ip: END, pod: "web-966b49858-qn4tj", node: "node-3", ready: true }], rv: 1, ...given,
});

export function keyframe(given: Partial<Keyframe> = {}): Keyframe {
  const nodes = { "control-plane": node("control-plane", 0, { control_plane: true }), "node-1": node("node-1", 1), "node-2": node("node-2", 2), "node-3": node("node-3", 3) };
  const pods = { curl: pod("curl", "node-1", POD), web1: pod("web-966b49858-8wz2m", "node-1", "10.244.1.5"), web3: pod("web-966b49858-qn4tj", "node-3", END) };
  return { components: {}, nodes, pods, workloads: {}, services: { "svc-web": service() }, claims: {}, schedulers: {}, waiting: {}, decided: {}, counts: {}, ...given };
}

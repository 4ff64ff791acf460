/** Ready-made packets: one for each way in which two ends of a cluster can meet. Each is computed from what is there now. */
import type { Keyframe, PodCard, ServiceCard } from "../protocol";
import { addressOfPod, addressOfService, type Ask } from "./packet";

export const PRESETS = ["loopback", "same-node", "other-node", "service", "outside", "from-outside"] as const;
export type PresetName = (typeof PRESETS)[number];

/** The packet of a preset, or null when nothing in the cluster fits it. */
export function presetOf(name: PresetName, keyframe: Keyframe): Ask | null {
  const pods = talkers(keyframe);
  const [first] = pods;
  if (name === "from-outside") return fromOutside(keyframe);
  if (!first) return null;
  if (name === "loopback") return { from: addressOfPod(first), to: "127.0.0.1", protocol: "tcp", port: portOf(first, keyframe) };
  if (name === "outside") return { from: addressOfPod(first), to: "internet", protocol: "tcp", port: 443 };
  if (name === "service") return toService(pods, keyframe);
  return between(pods, keyframe, name === "same-node");
}

/** Running pods with an address of the pod network, those of people before those of the system. Looked for once per keyframe: every preset asks. */
export function talkers(keyframe: Keyframe): PodCard[] {
  const found = known.get(keyframe) ?? findTalkers(keyframe);
  known.set(keyframe, found);
  return found;
}

const known = new WeakMap<Keyframe, PodCard[]>();

function findTalkers(keyframe: Keyframe): PodCard[] {
  const own = new Set(Object.values(keyframe.nodes).map((node) => node.ip));
  const ranks: PodCard[][] = [[], [], [], []];
  for (const pod of Object.values(keyframe.pods)) {
    if (!pod.ip || own.has(pod.ip) || (pod.status !== "ready" && pod.status !== "not-ready")) continue;
    ranks[2 * Number(pod.namespace.startsWith("kube-")) + Number(pod.status !== "ready")]!.push(pod);
  }
  return ranks.flatMap((pods) => pods.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Services with an address, those of people first. */
export function reachable(keyframe: Keyframe): ServiceCard[] {
  const rank = (one: ServiceCard): number => (one.namespace.startsWith("kube-") ? 2 : one.name === "kubernetes" ? 1 : 0);
  return Object.values(keyframe.services)
    .filter((one) => one.cluster_ip && one.cluster_ip !== "None")
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** The port that a Service says the pod answers on; 80 for a pod that no Service selects. */
export function portOf(pod: PodCard, keyframe: Keyframe): number {
  for (const service of Object.values(keyframe.services)) {
    const target = Number(service.ports[0]?.target);
    if (service.endpoints.some((one) => one.ip === pod.ip) && Number.isInteger(target) && target > 0) return target;
  }
  return 80;
}

function between(pods: readonly PodCard[], keyframe: Keyframe, sameNode: boolean): Ask | null {
  for (const from of pods) {
    const to = pods.find((one) => one !== from && (one.node === from.node) === sameNode);
    if (to) return { from: addressOfPod(from), to: addressOfPod(to), protocol: "tcp", port: portOf(to, keyframe) };
  }
  return null;
}

/** From a pod whose node is not that of every endpoint, so that the walk may cross the network. */
function toService(pods: readonly PodCard[], keyframe: Keyframe): Ask | null {
  const [service] = reachable(keyframe);
  if (!service) return null;
  const from = pods.find((pod) => !service.endpoints.some((one) => one.ip === pod.ip)) ?? pods[0];
  return from ? { from: addressOfPod(from), to: addressOfService(service), protocol: protocolOf(service), port: Number(service.ports[0]?.port ?? 80) } : null;
}

function fromOutside(keyframe: Keyframe): Ask | null {
  const open = Object.values(keyframe.services).find((one) => one.ports.some((port) => port.node_port));
  const node = Object.values(keyframe.nodes).find((one) => !one.control_plane) ?? Object.values(keyframe.nodes)[0];
  const port = open?.ports.find((one) => one.node_port);
  return open && node && port ? { from: "lan-client", to: node.ip, protocol: protocolOf(open), port: Number(port.node_port) } : null;
}

export const protocolOf = (service: ServiceCard): string => String(service.ports[0]?.protocol ?? "TCP").toLowerCase();

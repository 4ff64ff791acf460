/** The walk of a packet as the view shows it: where each hop is drawn, what it changed, which headers the packet wears. */
import type { Hop, Journey, Keyframe, Layer, NodeCard, Packet, PodCard, ServiceCard } from "../protocol";

export type Way = "request" | "reply";
export type Network = "node" | "pod" | "service";

/** A packet that was sent: what was asked, what became of it, and the event at which it was computed. */
export interface Sent {
  ask: Ask;
  journey: Journey;
  at: number;
}

export interface Ask {
  from: string;
  to: string;
  protocol: string;
  port: number;
}

export const hopsOf = (journey: Journey, way: Way): Hop[] => (way === "reply" ? journey.reply : journey.request);

/** The drawn thing at which a hop happens. `device` is eth0, flannel.1, routing or cni0 for a node; a Service is where its address is translated. */
export type Station =
  | { kind: "pod"; node: string; pod: string }
  | { kind: "device"; node: string; device: "eth0" | "flannel.1" | "routing" | "cni0" }
  | { kind: "service"; node: string }
  | { kind: "switch" }
  | { kind: "router" }
  | { kind: "internet" }
  | { kind: "lan-client" };

const OUTSIDE = ["switch", "router", "internet", "lan-client"] as const;
type Outside = (typeof OUTSIDE)[number];
export const isOutside = (hop: Hop): boolean => OUTSIDE.includes(hop.node as Outside);

export function stationOf(hop: Hop, way: Way, service: ServiceCard | null = null): Station {
  if (OUTSIDE.includes(hop.node as Outside)) return { kind: hop.node as Outside };
  if (hop.netns.startsWith("pod/")) return { kind: "pod", node: hop.node, pod: hop.netns.slice(4) };
  if (hop.step === "netfilter") return translatesService(hop, way, service) ? { kind: "service", node: hop.node } : { kind: "device", node: hop.node, device: "routing" };
  // A VXLAN device looks up the route of its outer packet itself, so that look-up is drawn at the device.
  if (hop.step === "encapsulate" || hop.step === "decapsulate" || hop.device === "flannel.1" || isWrapped(hop)) return { kind: "device", node: hop.node, device: "flannel.1" };
  if (hop.step === "routing") return { kind: "device", node: hop.node, device: "routing" };
  if (hop.device === "eth0") return { kind: "device", node: hop.node, device: "eth0" };
  if (hop.step === "bridge" || hop.device === "cni0" || hop.device.startsWith("veth")) return { kind: "device", node: hop.node, device: "cni0" };
  return { kind: "device", node: hop.node, device: "routing" };
}

const isWrapped = (hop: Hop): boolean => hop.step === "routing" && hop.after.layers.some((one) => one.layer === "VXLAN");

/** On the way there a Service is where the destination changes, on the way back where the source gets its address again. */
function translatesService(hop: Hop, way: Way, service: ServiceCard | null): boolean {
  if (!service || hop.verdict !== "translated") return false;
  const side = way === "request" ? "dst" : "src";
  return innerIp(hop.before)?.fields[side] !== innerIp(hop.after)?.fields[side];
}

export const innerIp = (packet: Packet): Layer | undefined => packet.layers.findLast((one) => one.layer === "IP");

export const stationKey = (one: Station): string => ("pod" in one ? `pod/${one.pod}` : "device" in one ? `${one.node}/${one.device}` : "node" in one ? "service" : one.kind);

/** Nodes that the packet visits, in the order of the walk. */
export function nodesOnPath(journey: Journey, keyframe: Keyframe): string[] {
  const names = [...journey.request, ...journey.reply].map((hop) => hop.node);
  return [...new Set(names)].filter((name) => name in keyframe.nodes);
}

/** The Service that the packet was sent to: named, or owner of an address that the first header shows. */
export function serviceOf(sent: Sent, keyframe: Keyframe): ServiceCard | null {
  const first = sent.journey.request.map((hop) => innerIp(hop.before)).find((layer) => layer !== undefined);
  const address = first?.fields.dst;
  const translated = sent.journey.request.some((hop) => hop.verdict === "translated" && innerIp(hop.before)?.fields.dst !== innerIp(hop.after)?.fields.dst);
  const services = Object.values(keyframe.services);
  const named = services.find((one) => sent.ask.to === `service/${one.namespace}/${one.name}`);
  const nodePort = (one: ServiceCard): boolean => translated && one.ports.some((port) => Number(port.node_port) === sent.ask.port);
  return named ?? services.find((one) => one.cluster_ip === address) ?? services.find(nodePort) ?? null;
}

/** One field that a hop changed. `layer` is the layer's name. */
export interface Change {
  layer: string;
  field: string;
  from: string;
  to: string;
}

/** Fields that differ between the packet before and after a hop. Layers are counted from the inside: an envelope put around or taken off is not a change of what is in it. */
export function changesOf(hop: Hop): Change[] {
  const [before, after] = [inside(hop.before), inside(hop.after)];
  return after.flatMap((layer, index) => {
    const old = before[index];
    if (!old || old.layer !== layer.layer) return [];
    const fields = [...new Set([...Object.keys(old.fields), ...Object.keys(layer.fields)])];
    return fields.filter((field) => !same(old.fields[field], layer.fields[field])).map((field) => ({ layer: layer.layer, field, from: shown(old.fields[field]), to: shown(layer.fields[field]) }));
  });
}

const inside = (packet: Packet): Layer[] => [...packet.layers].reverse();
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const shown = (value: unknown): string => (value === undefined || value === null ? "–" : Array.isArray(value) ? value.join(" ") : String(value));

/** Layers gained (> 0) or lost (< 0) as an envelope: Ethernet frames of a link come and go without being one. */
export function envelopeChange(hop: Hop): number {
  const depth = (packet: Packet): number => packet.layers.filter((one) => one.layer === "VXLAN").length;
  return depth(hop.after) - depth(hop.before);
}

/** The short words of a Δ pill: "dst", "TTL", "MAC", "outer". */
export function deltaWords(hop: Hop): string[] {
  if (envelopeChange(hop) !== 0) return ["outer"];
  const words = changesOf(hop).map((one) => (one.layer === "Ethernet" ? "MAC" : one.field === "ttl" ? "TTL" : one.field));
  const remade = linkOf(hop.before) !== linkOf(hop.after) && linkOf(hop.after) !== "" ? ["MAC"] : [];
  return [...new Set([...words.filter((one) => one !== "len" && one !== "checksum"), ...remade])];
}

const linkOf = (packet: Packet): string => {
  const outer = packet.layers[0];
  return outer?.layer === "Ethernet" ? `${shown(outer.fields.src)}>${shown(outer.fields.dst)}` : "";
};

/** A drawn envelope: one layer, or a layer with the header that belongs to it (IP with TCP, UDP with VXLAN). */
export interface Envelope {
  title: string;
  words: string;
  network: Network;
  /** Hops (1-based) that changed it, the last ones. */
  changedAt: number[];
  /** Something of it was changed by this hop. */
  now: boolean;
}

/** The envelopes of the packet after hop `index`, outermost first. */
export function envelopes(hops: readonly Hop[], index: number): Envelope[] {
  const hop = hops[index];
  if (!hop) return [];
  const { layers } = hop.after.layers.length ? hop.after : hop.before;
  const tunnel = layers.findIndex((one) => one.layer === "VXLAN");
  return grouped(layers).map((group) => {
    const first = layers.indexOf(group[0]!);
    const where = group.map((one) => layers.length - 1 - layers.indexOf(one));
    const changedAt = changesAt(hops, index, where).slice(-3);
    const network: Network = tunnel >= 0 && first <= tunnel ? "node" : tunnel < 0 && !inPodNetwork(hop) ? "node" : "pod";
    return { title: titleOf(group, layers, tunnel), words: groupWords(group), network, changedAt, now: changedAt.at(-1) === index + 1 };
  });
}

const inPodNetwork = (hop: Hop): boolean => !OUTSIDE.includes(hop.node as Outside) && hop.device !== "eth0" ? true : hop.netns.startsWith("pod/");

function grouped(layers: readonly Layer[]): Layer[][] {
  const groups: Layer[][] = [];
  for (const layer of layers) {
    const above = groups.at(-1)?.at(-1)?.layer;
    const belongs = (layer.layer === "VXLAN" && above === "UDP") || (["TCP", "UDP", "ICMP"].includes(layer.layer) && above === "IP" && !isCarrier(layers, layer));
    if (belongs) groups.at(-1)!.push(layer);
    else groups.push([layer]);
  }
  return groups;
}

/** UDP that carries VXLAN is an envelope of its own. */
const isCarrier = (layers: readonly Layer[], layer: Layer): boolean => layers[layers.indexOf(layer) + 1]?.layer === "VXLAN";

function titleOf(group: readonly Layer[], layers: readonly Layer[], tunnel: number): string {
  const name = group.map((one) => one.layer).join(", ");
  if (tunnel < 0 || name.includes("VXLAN") || group.length > 1) return name;
  return layers.indexOf(group[0]!) < tunnel ? `${name} outer` : `${name} inner`;
}

/** Addresses with their ports read as one: "10.244.1.3:41873 → 10.244.3.4:80 TTL 63 flags SYN". */
function groupWords(group: readonly Layer[]): string {
  const [ip, transport] = group;
  if (ip?.layer !== "IP" || !transport || !("sport" in transport.fields)) return group.map(wordsOf).join("  ");
  const { sport, dport, ...rest } = transport.fields;
  const joined = { ...ip.fields, src: `${shown(ip.fields.src)}:${shown(sport)}`, dst: `${shown(ip.fields.dst)}:${shown(dport)}` };
  return [wordsOf({ layer: "IP", fields: joined }), wordsOf({ layer: transport.layer, fields: rest })].filter(Boolean).join(" ");
}

/** "10.244.1.3 → 10.244.3.4 TTL 63": the addresses as an arrow, then what is left, in the order of the header. */
export function wordsOf(layer: Layer): string {
  const { fields } = layer;
  const [from, to] = "sport" in fields ? ["sport", "dport"] : ["src", "dst"];
  const arrow = from in fields ? [`${shown(fields[from])} → ${shown(fields[to])}`] : [];
  const rest = Object.entries(fields).filter(([name, value]) => name !== from && name !== to && value !== "" && value !== null && value !== false);
  return [...arrow, ...rest.map(([name, value]) => (value === true ? label(name) : `${label(name)} ${shown(value)}`))].join(" ");
}

const LABELS: Record<string, string> = { ttl: "TTL", vni: "VNI", df: "DF", mss: "MSS" };
const label = (name: string): string => LABELS[name] ?? name;

/** Hops up to `index` after which one of the layers at `where` (counted from the inside) was another than before. */
function changesAt(hops: readonly Hop[], index: number, where: readonly number[]): number[] {
  const found: number[] = [];
  for (let at = 0; at <= index; at++) {
    const [before, after] = [inside(hops[at]!.before), inside(hops[at]!.after)];
    if (where.some((place) => after[place] && !same(before[place], after[place]))) found.push(at + 1);
  }
  return found;
}

/** The hop whose rule to show: this one, or the last one before it at which something was tried or decided by name. */
export function decidedAt(hops: readonly Hop[], index: number): number {
  for (let at = index; at >= 0; at--) if (hops[at]!.tried.length > 1) return at;
  for (let at = index; at >= 0; at--) if (hops[at]!.rule) return at;
  return -1;
}

/** A statistic match as people write it: 1/3, 0.25 → 1/4; the last rule has no match and takes what is left. */
export function chanceWords(chance: number): string {
  if (chance >= 1) return "–";
  const whole = Math.round(1 / chance);
  return Math.abs(1 / whole - chance) < 0.0005 ? `1/${whole}` : `${(chance * 100).toFixed(1)} %`;
}

const GLYPHS: Record<string, string> = { forwarded: "➜", delivered: "➜", encapsulated: "➜", decapsulated: "➜", translated: "⤺", dropped: "✕", rejected: "✕", queued: "⧗" };
export const verdictGlyph = (verdict: string): string => GLYPHS[verdict] ?? "➜";
export const isLost = (verdict: string): boolean => verdict === "dropped" || verdict === "rejected";

/** Hops one after the other at one drawn thing: they share a number badge and a stop of the packet. */
export interface Visit {
  station: Station;
  first: number;
  last: number;
}

export function visitsOf(stations: readonly Station[]): Visit[] {
  const visits: Visit[] = [];
  stations.forEach((station, index) => {
    const before = visits.at(-1);
    if (before && stationKey(before.station) === stationKey(station)) before.last = index;
    else visits.push({ station, first: index, last: index });
  });
  return visits;
}

/** A rule of iptables in its parts: what it is for (of kube-proxy's "default/web -> 10.244.1.5:80" the endpoint; the comment; else the matches), and what it jumps to. */
export function ruleParts(text: string): { says: string; jump: string } {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
  const jumpAt = words.findIndex((word) => word === "-j" || word === "-g");
  if (jumpAt < 0) return { says: text, jump: "" };
  const comment = words.indexOf("--comment");
  const start = words[0] === "-A" ? 2 : 0;
  const matches = words.slice(start, jumpAt).filter((word, index, all) => !(word === "-m" || all[index - 1] === "-m"));
  return { says: comment >= 0 ? words[comment + 1]!.split(" -> ").at(-1)! : matches.join(" "), jump: words.slice(jumpAt + 1).join(" ") };
}

export const addressOfPod = (pod: PodCard): string => `pod/${pod.namespace}/${pod.name}`;
export const addressOfService = (one: ServiceCard): string => `service/${one.namespace}/${one.name}`;
export const addressOfNode = (one: NodeCard): string => `node/${one.name}`;

/** The walk of a packet as the view shows it: where each hop is, what changed, which headers the packet wears. */
import type { Hop } from "../net/rest";
import type { Keyframe } from "../protocol";

export type Network = "node" | "pod" | "service";

export interface Layer {
  name: string;
  fields: Record<string, string>;
  /** Hop (1-based) at which the layer last changed. */
  changedAt: number;
  network: Network;
}

type Headers = Record<string, unknown>;

/** The headers of a packet, outermost first: a list of layers, or a map of layers, or one flat set of fields. */
export function headersOf(packet: Headers | null): { name: string; fields: Record<string, string> }[] {
  if (!packet) return [];
  const listed = packet.layers ?? packet.headers;
  if (Array.isArray(listed)) return listed.map((one: Headers, index) => ({ name: String(one.layer ?? one.name ?? one.kind ?? index), fields: flat(one, ["layer", "name", "kind"]) }));
  const nested = Object.entries(packet).filter(([, value]) => value !== null && typeof value === "object" && !Array.isArray(value));
  const own = flat(Object.fromEntries(Object.entries(packet).filter(([, value]) => value === null || typeof value !== "object")), []);
  const layers = nested.flatMap(([name, value]) => (name === "inner" ? headersOf(value as Headers) : [{ name, fields: flat(value as Headers, []) }]));
  return Object.keys(own).length ? [{ name: "ip", fields: own }, ...layers] : layers;
}

function flat(value: Headers, without: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(value).filter(([key, one]) => !without.includes(key) && one !== null && one !== undefined && one !== "").map(([key, one]) => [key, typeof one === "object" ? JSON.stringify(one) : String(one)]));
}

/** Names of the fields that a hop changed, with old and new value. */
export function changesOf(hop: Hop): { field: string; from: string; to: string }[] {
  const before = spread(hop.before);
  const after = spread(hop.after);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.filter((field) => before[field] !== after[field]).map((field) => ({ field, from: before[field] ?? "–", to: after[field] ?? "–" }));
}

function spread(packet: Headers | null): Record<string, string> {
  const all = headersOf(packet);
  // The innermost layer keeps its name when an envelope is put around it, so layers are counted from the inside.
  return Object.fromEntries(all.flatMap((layer, index) => Object.entries(layer.fields).map(([key, value]) => [`${all.length - 1 - index}.${layer.name}.${key}`, value])));
}

/** The envelopes of the packet after hop `index`, each with the hop that last changed it. */
export function envelopes(hops: readonly Hop[], index: number): Layer[] {
  const now = headersOf(hops[index]?.after ?? hops[index]?.before ?? null);
  const encapsulated = now.filter((layer) => /^ip/i.test(layer.name)).length > 1 || now.some((layer) => /vxlan/i.test(layer.name));
  const tunnel = now.findIndex((layer) => /vxlan/i.test(layer.name));
  return now.map((layer, depth) => ({ ...layer, changedAt: lastChange(hops, index, now.length - 1 - depth), network: encapsulated && (tunnel < 0 || depth <= tunnel) ? "node" : "pod" }));
}

function lastChange(hops: readonly Hop[], index: number, fromInside: number): number {
  const layerOf = (packet: Headers | null): string => {
    const all = headersOf(packet);
    return JSON.stringify(all[all.length - 1 - fromInside] ?? null);
  };
  for (let at = index; at >= 0; at--) if (layerOf(hops[at]!.before) !== layerOf(hops[at]!.after)) return at + 1;
  return 1;
}

export const changedField = (name: string): string => name.split(".").at(-1)!;

export interface Place {
  node: string;
  device: string;
  pod: string;
}

/** "node-1/eth0", "node-1 cni0", "pod/default/curl/eth0": the node, the device and the pod that a hop's place names. */
export function placeOf(hop: Hop, keyframe: Keyframe): Place {
  const text = hop.place;
  const device = /flannel\.1|cni0|eth0|veth[\w-]*|lan0|wan0|lo\b|switch|router/i.exec(text)?.[0] ?? text.split(/[/\s]/).at(-1) ?? "";
  const pod = Object.values(keyframe.pods).find((one) => text.includes(one.name));
  const node = hop.node || Object.keys(keyframe.nodes).sort((a, b) => b.length - a.length).find((name) => text.includes(name)) || pod?.node || "";
  return { node, device, pod: pod ? `${pod.namespace}/${pod.name}` : "" };
}

export const VERDICTS: Record<string, string> = { forwarded: "➜", forward: "➜", delivered: "➜", accept: "➜", accepted: "➜", nat: "⤺", natted: "⤺", dnat: "⤺", snat: "⤺", masquerade: "⤺", translated: "⤺", dropped: "✕", drop: "✕", rejected: "✕", reject: "✕", queued: "⧗" };
export const verdictGlyph = (verdict: string): string => VERDICTS[verdict.toLowerCase()] ?? "➜";

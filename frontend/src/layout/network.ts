/** The network drawing: router and LAN switch on top, below them the nodes. A node is open (eth0, flannel.1, routing, cni0, pods) or folded. */
import type { Station } from "../model/packet";
import type { Keyframe, NodeCard, PodCard, ServiceCard } from "../protocol";
import type { Box, Point } from "./geometry";

export interface NodeInterior {
  node: NodeCard;
  box: Box;
  eth0: Box;
  flannel: Box;
  routing: Box;
  bridge: Box;
  pods: { pod: PodCard; box: Box }[];
  more: number;
  /** x of the wire between cni0 and routing. */
  lane: number;
  /** Width left of eth0 for the names of the networks; 0: there is no room for them. */
  gutter: number;
}

export interface NetworkPicture {
  width: number;
  height: number;
  /** y of the LAN switch, drawn as a line. */
  lan: number;
  router: Box;
  internet: Box;
  client: Box;
  nodes: NodeInterior[];
  folded: { nodes: NodeCard[]; box: Box }[];
  service: { node: string; box: Box } | null;
  /** Where the badge of a hop through the switch stands. */
  switchAt: Point;
}

export interface Path {
  /** Nodes that the packet visits, in order; empty: nothing was sent. */
  nodes: readonly string[];
  /** "namespace/name" of the pods it visits. */
  pods: readonly string[];
  /** Node on which the Service's address is translated. */
  serviceNode: string;
}

export const NO_PATH: Path = { nodes: [], pods: [], serviceNode: "" };

const MARGIN = 16;
const GAP = 12;
const FOLDED = 84;
const SERVICE = 136;
const NARROWEST = 260;
const TOP = 88;
export const LOWEST = 340;
const NUMERIC = new Intl.Collator("en", { numeric: true });

export function layoutNetwork(keyframe: Keyframe, width: number, height: number, path: Path, service: ServiceCard | null): NetworkPicture {
  const all = Object.values(keyframe.nodes).sort((a, b) => Number(a.control_plane) - Number(b.control_plane) || NUMERIC.compare(a.name, b.name));
  const open = openNodes(all, path, width, service !== null);
  const host = service ? (open.find((one) => one.name === path.serviceNode) ?? open[0]) : undefined;
  const columns = arranged(all, open);
  const folded = columns.filter((one) => Array.isArray(one)).length;
  const room = width - 2 * MARGIN - (columns.length - 1) * GAP - folded * FOLDED - (host ? SERVICE : 0);
  const each = Math.floor(room / Math.max(1, open.length));
  const tall = Math.max(LOWEST, height) - TOP - 4;
  const picture: NetworkPicture = { width, height: Math.max(LOWEST, height), lan: 62, router: { x: MARGIN, y: 4, w: 150, h: 40 }, internet: { x: 0, y: 4, w: 132, h: 40 }, client: { x: 0, y: 4, w: 132, h: 40 }, nodes: [], folded: [], service: null, switchAt: { x: 0, y: 62 } };
  let x = MARGIN;
  for (const column of columns) {
    const box = { x, y: TOP, w: Array.isArray(column) ? FOLDED : each + (column === host ? SERVICE : 0), h: tall };
    if (Array.isArray(column)) picture.folded.push({ nodes: column, box });
    else picture.nodes.push(interiorOf(keyframe, column, box, column === host ? SERVICE : 0, path));
    x += box.w + GAP;
  }
  picture.internet.x = picture.router.x + picture.router.w + 170;
  picture.client.x = picture.internet.x + picture.internet.w + 40;
  picture.service = host ? servicePlace(picture.nodes.find((one) => one.node === host)!) : null;
  picture.switchAt = switchPlace(picture, path);
  return picture;
}

/** The nodes on the path; without one, as many workers as there is room for, at most three. */
function openNodes(all: readonly NodeCard[], path: Path, width: number, service: boolean): NodeCard[] {
  const fits = Math.max(1, Math.min(3, Math.floor((width - 2 * MARGIN - (service ? SERVICE : 0) - FOLDED) / (NARROWEST + GAP))));
  // Of a longer path (a flooded frame) the ends are drawn: where it begins, and where it was meant to go.
  const ends = path.nodes.length > 3 ? [...path.nodes.slice(0, 2), path.nodes.at(-1)!] : path.nodes;
  const visited = ends.map((name) => all.find((one) => one.name === name)!);
  const wanted = visited.length > 1 ? visited : [...visited, ...all.filter((one) => !visited.includes(one))].slice(0, visited.length ? Math.min(2, fits) : fits);
  return wanted.sort((a, b) => all.indexOf(a) - all.indexOf(b));
}

/** Open nodes and, between them in their order, the folded ones; more than one folded neighbour share a column. */
function arranged(all: readonly NodeCard[], open: readonly NodeCard[]): (NodeCard | NodeCard[])[] {
  const columns: (NodeCard | NodeCard[])[] = [];
  for (const node of all) {
    const last = columns.at(-1);
    if (open.includes(node)) columns.push(node);
    else if (Array.isArray(last)) last.push(node);
    else columns.push([node]);
  }
  return columns;
}

function interiorOf(keyframe: Keyframe, node: NodeCard, box: Box, reserved: number, path: Path): NodeInterior {
  const inner = box.w - 2 * MARGIN - reserved;
  const gutter = reserved === 0 && inner >= 400 ? 128 : 0;
  const w = inner - gutter;
  const left = box.x + MARGIN + gutter;
  const narrow = Math.min(w, 176);
  const rows = heights(box);
  const trunk = { x: gutter ? left : left + w - narrow, w: narrow };
  const pods = podsOf(keyframe, node, path);
  const columns = Math.max(1, Math.floor((w + 8) / 128));
  const lines = Math.max(1, Math.floor((box.y + box.h - 22 - rows.pods + 12) / 52));
  const shown = pods.slice(0, columns * lines);
  const size = Math.min(150, (w - (columns - 1) * 8) / columns);
  const placed = shown.map((pod, index) => ({ pod, box: { x: left + (index % columns) * (size + 8), y: rows.pods + Math.floor(index / columns) * 52, w: size, h: 40 } }));
  const visited = placed.find(({ pod }) => path.pods.includes(`${pod.namespace}/${pod.name}`)) ?? placed[0];
  const flannel = { ...trunk, y: rows.flannel, h: 36 };
  return {
    node, box, eth0: { ...trunk, y: rows.eth0, h: 36 }, flannel, routing: { x: left, y: rows.routing, w, h: 36 }, bridge: { x: left, y: rows.bridge, w, h: 36 },
    pods: placed, more: pods.length - shown.length, lane: visited ? visited.box.x + visited.box.w / 2 : left + 40, gutter: gutter || w - narrow,
  };
}

/** Rows from the top; what is left between them is shared out: more where the tunnel is. */
function heights(box: Box): { eth0: number; flannel: number; routing: number; bridge: number; pods: number } {
  const spare = Math.max(44, Math.min(150, box.h - 12 - 4 * 36 - 40 - 14));
  const eth0 = box.y + 12;
  const flannel = eth0 + 36 + spare * 0.27;
  const routing = flannel + 36 + spare * 0.33;
  const bridge = routing + 36 + spare * 0.2;
  return { eth0, flannel, routing, bridge, pods: bridge + 36 + spare * 0.2 };
}

/** Pods of the pod network on a node: those that the packet visits first, then those of people. */
function podsOf(keyframe: Keyframe, node: NodeCard, path: Path): PodCard[] {
  const rank = (pod: PodCard): number => (path.pods.includes(`${pod.namespace}/${pod.name}`) ? 0 : pod.namespace.startsWith("kube-") ? 2 : 1);
  return Object.values(keyframe.pods).filter((pod) => pod.node === node.name && pod.ip && pod.ip !== node.ip).sort((a, b) => rank(a) - rank(b) || a.created - b.created || (a.name < b.name ? -1 : 1));
}

function servicePlace(host: NodeInterior): { node: string; box: Box } {
  const top = Math.min(host.routing.y, host.bridge.y + host.bridge.h - 96);
  return { node: host.node.name, box: { x: host.box.x + host.box.w - SERVICE + 2, y: top - 6, w: SERVICE - MARGIN - 2, h: host.bridge.y + host.bridge.h - top + 12 } };
}

function switchPlace(picture: NetworkPicture, path: Path): Point {
  const ends = path.nodes.map((name) => picture.nodes.find((one) => one.node.name === name)).filter((one) => one !== undefined).map((one) => middle(one.eth0));
  const [from, to] = [ends[0] ?? picture.width / 2, ends[1] ?? picture.router.x + picture.router.w];
  return { x: Math.round((from + to) / 2 + (Math.abs(from - to) < 200 ? 0 : Math.sign(to - from) * 24)), y: picture.lan };
}

const middle = (box: Box): number => box.x + box.w / 2;

/** The box of a station, or null when it is not drawn (a pod beyond the room, a node that is folded). */
export function boxAt(picture: NetworkPicture, station: Station): Box | null {
  if (station.kind === "router") return picture.router;
  if (station.kind === "internet") return picture.internet;
  if (station.kind === "lan-client") return picture.client;
  if (station.kind === "switch") return { x: picture.switchAt.x - 9, y: picture.switchAt.y - 9, w: 18, h: 18 };
  const node = picture.nodes.find((one) => one.node.name === station.node);
  if (!node) return null;
  if (station.kind === "service") return picture.service?.node === station.node ? picture.service.box : node.routing;
  if (station.kind === "pod") return node.pods.find(({ pod }) => `${pod.namespace}/${pod.name}` === station.pod)?.box ?? node.bridge;
  return { eth0: node.eth0, "flannel.1": node.flannel, routing: node.routing, cni0: node.bridge }[station.device];
}

/** The wire from one station to the next, at right angles to the outlines; one point when they are the same thing. */
export function routeBetween(picture: NetworkPicture, from: Station, to: Station): Point[] {
  const [a, b] = [boxAt(picture, from), boxAt(picture, to)];
  if (!a || !b || (a.x === b.x && a.y === b.y)) return [];
  const [out, into] = [towardsLan(picture, from), towardsLan(picture, to)];
  if (isOutside(from) && isOutside(to) && (from.kind === "internet" || to.kind === "internet")) return overWan(picture, from, to);
  if (out && into) return straightened([...out, ...into.reverse()]);
  if (from.kind === "service" || to.kind === "service") return sideways(a, b, from.kind === "service");
  return upright(picture, from, to, a, b);
}

const isOutside = (one: Station): boolean => ["switch", "router", "internet", "lan-client"].includes(one.kind);

/** From the outline of a thing on the LAN to the LAN; null for things inside a node. */
function towardsLan(picture: NetworkPicture, one: Station): Point[] | null {
  if (one.kind === "switch") return [picture.switchAt];
  const box = boxAt(picture, one);
  if (!box || (one.kind !== "router" && one.kind !== "lan-client" && !(one.kind === "device" && one.device === "eth0"))) return null;
  const x = middle(box);
  return [{ x, y: box.y > picture.lan ? box.y : box.y + box.h }, { x, y: picture.lan }];
}

function overWan(picture: NetworkPicture, from: Station, to: Station): Point[] {
  const wire = [{ x: picture.router.x + picture.router.w, y: picture.router.y + 20 }, { x: picture.internet.x, y: picture.router.y + 20 }];
  return from.kind === "internet" || to.kind === "router" ? wire.reverse() : wire;
}

/** Between a Service, which has no interface, and the device beside it. */
function sideways(a: Box, b: Box, fromService: boolean): Point[] {
  const [device, service] = fromService ? [b, a] : [a, b];
  const y = Math.min(service.y + service.h - 12, Math.max(service.y + 12, device.y + device.h / 2));
  const line = [{ x: device.x + device.w, y }, { x: service.x, y }];
  return fromService ? line.reverse() : line;
}

function upright(picture: NetworkPicture, from: Station, to: Station, a: Box, b: Box): Point[] {
  const node = picture.nodes.find((one) => "node" in from && one.node.name === from.node);
  const [low, high] = a.y > b.y ? [a, b] : [b, a];
  const around = node && high === node.eth0 && low !== node.flannel;
  if (node && high === node.bridge && low !== node.routing) return low === a ? podWire(high, low).reverse() : podWire(high, low);
  const line = around ? bypass(node, low) : [{ x: laneOf(node, low, high), y: low.y }, { x: laneOf(node, low, high), y: high.y + high.h }];
  return low === a ? line : line.reverse();
}

/** From cni0 down to a pod: straight, or between the columns to the pods of a further row. */
export function podWire(bridge: Box, pod: Box): Point[] {
  const bottom = bridge.y + bridge.h;
  if (pod.y - bottom < 40) return [{ x: middle(pod), y: bottom }, { x: middle(pod), y: pod.y }];
  return [{ x: pod.x - 4, y: bottom }, { x: pod.x - 4, y: pod.y + pod.h / 2 }, { x: pod.x, y: pod.y + pod.h / 2 }];
}

/** Past flannel.1: what is not encapsulated goes from the routing to eth0 beside it. */
function bypass(node: NodeInterior, low: Box): Point[] {
  const left = node.flannel.x - 14 > node.box.x + 8;
  const x = left ? node.flannel.x - 14 : node.flannel.x + node.flannel.w + 10;
  const y = node.eth0.y + node.eth0.h / 2;
  return [{ x, y: low.y }, { x, y }, { x: left ? node.eth0.x : node.eth0.x + node.eth0.w, y }];
}

function laneOf(node: NodeInterior | undefined, low: Box, high: Box): number {
  if (!node) return middle(low);
  if (high === node.eth0 || high === node.flannel) return middle(node.flannel);
  return low === node.bridge ? node.lane : middle(low);
}

/** Without corners that are passed twice. */
function straightened(points: Point[]): Point[] {
  return points.filter((one, index) => index === 0 || one.x !== points[index - 1]!.x || one.y !== points[index - 1]!.y);
}

/** Where the number of a hop stands: at the right edge of a box, or on its corner where there is no room inside; hops of one box stand side by side. */
export function badgeAt(station: Station, box: Box, nth: number): Point {
  if (station.kind === "switch") return { x: box.x + box.w / 2 + nth * 20, y: box.y + box.h / 2 };
  if (station.kind === "pod" || station.kind === "service") return { x: box.x + box.w - 2 - nth * 20, y: box.y };
  if (station.kind !== "device") return { x: box.x + box.w - 2 - nth * 20, y: box.y + box.h };
  return { x: box.x + box.w - 14 - nth * 20, y: box.y + box.h / 2 };
}

/** As much of a word as fits into a width, at `char` px a letter. */
export function fitted(text: string, width: number, char = 6.7): string {
  const most = Math.max(2, Math.floor(width / char));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

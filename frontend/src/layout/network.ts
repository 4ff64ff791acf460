/** The network drawing: LAN on top, below it each node with eth0, flannel.1, routing, bridge and pods. */
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
}

export interface NetworkPicture {
  width: number;
  height: number;
  lan: number;
  router: Box;
  nodes: NodeInterior[];
  folded: { node: NodeCard; box: Box }[];
  service: Box | null;
}

/** Nodes on the path, or the first ones, are drawn open; the others are narrow closed boxes. */
export function layoutNetwork(keyframe: Keyframe, width: number, height: number, onPath: readonly string[], service: ServiceCard | null): NetworkPicture {
  const all = Object.values(keyframe.nodes).sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const wanted = onPath.length ? onPath : all.filter((node) => !node.control_plane).slice(0, 3).map((node) => node.name);
  const open = all.filter((node) => wanted.includes(node.name)).slice(0, 3);
  const closed = all.filter((node) => !open.includes(node)).slice(0, 4);
  const closedWidth = closed.length ? 84 : 0;
  const serviceWidth = service ? 128 : 0;
  const room = width - 32 - closed.length * (closedWidth + 12) - (open.length - 1) * 12 - (service ? serviceWidth : 0);
  const each = room / Math.max(1, open.length);
  const top = 98;
  let x = 16;
  const nodes = open.map((node, index) => {
    const w = each + (index === 0 ? serviceWidth : 0);
    const interior = interiorOf(keyframe, node, { x, y: top, w, h: height - top - 8 }, index === 0 ? serviceWidth : 0);
    x += w + 12;
    return interior;
  });
  const folded = closed.map((node, index) => ({ node, box: { x: x + index * (closedWidth + 12), y: top, w: closedWidth, h: height - top - 8 } }));
  const host = nodes[0];
  const place = service && host ? { x: host.box.x + host.box.w - serviceWidth - 4, y: host.routing.y - 4, w: serviceWidth - 8, h: Math.max(84, host.bridge.y + host.bridge.h - host.routing.y + 4) } : null;
  return { width, height, lan: 66, router: { x: 16, y: 6, w: 150, h: 40 }, nodes, folded, service: place };
}

function interiorOf(keyframe: Keyframe, node: NodeCard, box: Box, reserved: number): NodeInterior {
  const w = box.w - 28 - reserved;
  const step = Math.min(62, (box.h - 108) / 4);
  const device = (index: number, width: number): Box => ({ x: box.x + 14 + (w - width) / 2, y: box.y + 36 + index * step, w: width, h: 36 });
  const pods = Object.values(keyframe.pods).filter((pod) => pod.node === node.name && pod.ip && pod.ip !== node.ip).sort((a, b) => Number(a.namespace === "kube-system") - Number(b.namespace === "kube-system") || a.created - b.created);
  const columns = Math.max(1, Math.floor((w + 8) / 124));
  const shown = pods.slice(0, columns);
  const size = (w - (columns - 1) * 8) / columns;
  const bridge = device(3, w);
  const placed = shown.map((pod, index) => ({ pod, box: { x: box.x + 14 + index * (size + 8), y: bridge.y + bridge.h + 22, w: size, h: 40 } }));
  return { node, box, eth0: device(0, Math.min(w, 176)), flannel: device(1, Math.min(w, 176)), routing: device(2, w), bridge, pods: placed, more: pods.length - shown.length };
}

/** The drawn thing at a place: a device of a node, a pod, the LAN or the router. */
export function boxAt(picture: NetworkPicture, place: { node: string; device: string; pod: string }): Box | null {
  if (place.pod && /eth0|pod|^$/.test(place.device)) {
    const found = picture.nodes.flatMap((node) => node.pods).find(({ pod }) => `${pod.namespace}/${pod.name}` === place.pod);
    if (found) return found.box;
  }
  if (/router|lan0|wan0/i.test(place.device)) return picture.router;
  if (/switch/i.test(place.device)) return { x: picture.width / 2 - 10, y: picture.lan - 10, w: 20, h: 20 };
  const node = picture.nodes.find((one) => one.node.name === place.node);
  if (!node) return null;
  if (/^eth0/.test(place.device)) return node.eth0;
  if (/flannel/.test(place.device)) return node.flannel;
  if (/cni0|veth|bridge/.test(place.device)) return node.bridge;
  return node.routing;
}

/** A number badge at the right edge of a box; several hops of one box stand side by side. */
export const badgeAt = (box: Box, nth: number): Point => ({ x: box.x + box.w - 14 - nth * 20, y: box.y + box.h / 2 });

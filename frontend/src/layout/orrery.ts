/** The landing picture: the API server in the middle, the control plane on the inner ring, nodes on the outer one. */
import { drawnAsComponent, isOfTheCluster } from "../model/status";
import type { Keyframe, NodeCard, PodCard } from "../protocol";
import type { Box, Point } from "./geometry";

export const SIZE = 740;
export const CENTRE: Point = { x: 370, y: 350 };
export const RINGS = [184, 290];

export interface OrreryNode {
  node: NodeCard;
  box: Box;
  pods: { pod: PodCard; box: Box }[];
  more: number;
}

export interface Orrery {
  hub: Box;
  scheduler: Box;
  manager: Box;
  etcd: Box;
  nodes: OrreryNode[];
  /** Pods without a node wait above the scheduler. */
  pending: { pods: { pod: PodCard; box: Box }[]; more: number };
  edges: { id: string; kind: "request" | "watch"; points: Point[] }[];
}

// At most four nodes are drawn; a landing page shows three workers.
const PLACES: Point[] = [
  { x: 116, y: 213 },
  { x: 624, y: 213 },
  { x: 370, y: 640 },
];

export function layoutOrrery(keyframe: Keyframe): Orrery {
  const hub = { x: CENTRE.x - 68, y: CENTRE.y - 32, w: 136, h: 64 };
  const scheduler = { x: CENTRE.x - 68, y: 140, w: 136, h: 48 };
  const manager = { x: 148, y: 428, w: 148, h: 50 };
  const etcd = { x: 486, y: 420, w: 76, h: 72 };
  const workers = Object.values(keyframe.nodes).filter((node) => !node.control_plane).sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })).slice(0, 3);
  const nodes = workers.map((node, index) => placeNode(keyframe, node, PLACES[index]!));
  return { hub, scheduler, manager, etcd, nodes, pending: placePending(keyframe, scheduler), edges: edgesOf(hub, scheduler, manager, etcd, nodes) };
}

const PENDING_MAX = 5;

function placePending(keyframe: Keyframe, scheduler: Box): Orrery["pending"] {
  const waiting = Object.values(keyframe.pods).filter((pod) => !pod.node && pod.status === "unscheduled").sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
  const shown = waiting.slice(0, PENDING_MAX);
  const left = scheduler.x + scheduler.w / 2 - shown.length * 23;
  return { pods: shown.map((pod, index) => ({ pod, box: { x: left + index * 46, y: scheduler.y - 58, w: 40, h: 34 } })), more: waiting.length - shown.length };
}

/** The pods that the picture stands for: not the programs of the control plane, which are drawn as such. */
export const shownPods = (keyframe: Keyframe, orrery: Orrery): PodCard[] => {
  const nodes = new Set(orrery.nodes.map((one) => one.node.name));
  return Object.values(keyframe.pods).filter((pod) => !drawnAsComponent(pod) && (nodes.has(pod.node) || !pod.node));
};

function placeNode(keyframe: Keyframe, node: NodeCard, at: Point): OrreryNode {
  const box = { x: at.x - 114, y: at.y - 56, w: 228, h: 112 };
  const pods = Object.values(keyframe.pods).filter((pod) => pod.node === node.name && !drawnAsComponent(pod)).sort((a, b) => Number(isOfTheCluster(a.namespace)) - Number(isOfTheCluster(b.namespace)) || a.created - b.created);
  const shown = pods.slice(0, 2);
  const placed = shown.map((pod, index) => ({ pod, box: { x: box.x + 14 + index * 102, y: box.y + 42, w: 98, h: 56 } }));
  return { node, box, pods: placed, more: pods.length - shown.length };
}

function edgesOf(hub: Box, scheduler: Box, manager: Box, etcd: Box, nodes: OrreryNode[]): Orrery["edges"] {
  const edges: Orrery["edges"] = [];
  const pair = (name: string, at: Point, from: Point, shift: Point): void => {
    edges.push({ id: `${name}>apiserver`, kind: "request", points: [at, from] });
    edges.push({ id: `apiserver>${name}`, kind: "watch", points: [plus(from, shift), plus(at, shift)] });
  };
  pair("kube-scheduler", { x: CENTRE.x - 7, y: scheduler.y + scheduler.h }, { x: CENTRE.x - 7, y: hub.y }, { x: 14, y: 0 });
  pair("kube-controller-manager", { x: manager.x + 106, y: manager.y }, { x: hub.x + 14, y: hub.y + hub.h }, { x: 12, y: 6 });
  pair("etcd", { x: etcd.x, y: etcd.y + 12 }, { x: hub.x + hub.w - 14, y: hub.y + hub.h }, { x: 12, y: -6 });
  const doors: [Point, Point, Point][] = [
    [{ x: 208, y: 269 }, { x: hub.x, y: hub.y + 14 }, { x: 12, y: -8 }],
    [{ x: 532, y: 269 }, { x: hub.x + hub.w, y: hub.y + 14 }, { x: -12, y: -8 }],
    [{ x: CENTRE.x + 6, y: 584 }, { x: CENTRE.x + 6, y: hub.y + hub.h }, { x: -12, y: 0 }],
  ];
  nodes.forEach((node, index) => pair(node.node.name, ...doors[index]!));
  return edges;
}

const plus = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });

/** The way of a message; agents of a node use the node's edge, etcd members the one of etcd. */
export function orreryRoute(orrery: Orrery, source: string, target: string): Point[] | null {
  const [from, to] = [placeOf(source), placeOf(target)];
  const exact = orrery.edges.find((one) => one.id === `${from}>${to}`);
  return exact?.points ?? null;
}

const placeOf = (process: string): string => (process.startsWith("etcd-") ? "etcd" : process.includes("/") ? process.split("/")[1]! : process);

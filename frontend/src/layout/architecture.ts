/** The architecture drawing: fixed places for every program, and the edges that messages travel along. Depends on what exists and the size, never on what it does. */
import { STAGES } from "../model/pipeline";
import { drawnAsComponent } from "../model/status";
import type { ComponentCard, Keyframe, NodeCard, PodCard } from "../protocol";
import { centre, type Box, type Point } from "./geometry";

/** Up to six nodes are drawn one by one; of more, three and the selected one, and the rest share a pool. */
export const NODES_SINGLE = 6;
const SINGLE_BESIDE_POOL = 3;
const GAP = 12;
/** Requests of the nodes run so far above the bus on which they hear the news. */
const REQUESTS_ABOVE = 12;

export interface PlacedPod extends Box {
  pod: PodCard;
  named: boolean;
  role: boolean;
}

export interface PlacedNode extends Box {
  node: NodeCard;
  doors: { card: ComponentCard; label: string; box: Box }[];
  pods: PlacedPod[];
  more: number;
  floor: Box;
  sandboxes: number;
}

export interface Edge {
  id: string;
  kind: "request" | "watch" | "packet" | "peer";
  points: Point[];
}

export interface Architecture {
  width: number;
  height: number;
  plane: Box;
  scheduler: Box;
  manager: Box;
  controllers: { card: ComponentCard; label: string; box: Box }[];
  api: Box;
  stages: { name: (typeof STAGES)[number]; box: Box }[];
  etcd: { card: ComponentCard; box: Box }[];
  etcdLabel: Point;
  outside: Point;
  /** Pods without a node wait beside the scheduler. */
  pending: { box: Box; pods: PlacedPod[]; more: number; count: number };
  kubectl: Box;
  router: Box;
  nodes: PlacedNode[];
  pool: Pool | null;
  edges: Edge[];
}

/** The nodes that are not drawn one by one: a cell each, with its pods by status. */
export interface Pool extends Box {
  nodes: { node: NodeCard; pods: PodCard[] }[];
}

/** Vertical places: a tall canvas has room for two lines everywhere, a short one packs them; a very tall one gives more air between the rows. */
function rows(height: number, controllerRows: number): Record<string, number> {
  const room = Math.max(0, Math.min(1, (height - 470) / 150));
  const air = Math.max(0, Math.min(1, (height - 700) / 300));
  const mix = (tight: number, wide: number, airy = wide): number => Math.round(tight + (wide - tight) * room + (airy - wide) * air);
  const hex = mix(28, 36, 44);
  const managerTop = mix(22, 34);
  const managerHeight = mix(26, 32) + controllerRows * (hex + 4) + 4;
  const apiTop = managerTop + managerHeight + mix(30, 46, 78);
  const apiHeight = mix(88, 116, 140);
  const planeEnd = apiTop + apiHeight + mix(10, 16, 24);
  const bus = planeEnd + mix(16, 38, 62);
  const doors = bus + mix(14, 26, 40);
  return { hex, managerTop, managerHeight, apiTop, apiHeight, planeEnd, bus, doors, door: mix(28, 34), head: mix(24, 30), stage: mix(26, 32, 42) };
}

/** The programs between the kubelet and a container, as many as have room: always the first, then the last ones. Shims are left out. */
export function callsIn(calls: string[], width: number): string {
  const shown = calls.filter((one) => !one.includes("shim"));
  const whole = shown.join(" → ");
  if (whole.length * 6.6 <= width) return whole;
  const short = shown.length > 1 ? `${shown[0]} → … → ${shown.at(-1)}` : whole;
  return short.length * 6.6 <= width ? short : (shown[0] ?? "");
}

export function layoutArchitecture(keyframe: Keyframe, width: number, height: number, chosen = ""): Architecture {
  const cards = Object.values(keyframe.components);
  const controllers = cards.filter((one) => one.role === "controller");
  const y = rows(height, Math.max(1, Math.ceil(controllers.length / columnsOf(controllers.length))));
  const left = Math.max(126, width * 0.128);
  const plane = { x: left + 12, y: 6, w: width - left - 28, h: y.planeEnd! - 6 };
  const inner = plane.x + 20;
  const schedulerWidth = Math.max(150, plane.w * 0.2);
  const scheduler = { x: inner + 6, y: y.managerTop! + 8, w: schedulerWidth, h: Math.min(66, y.managerHeight! - 12) };
  const managerX = scheduler.x + scheduler.w + 30;
  const manager = { x: managerX, y: y.managerTop!, w: plane.x + plane.w - 12 - managerX, h: y.managerHeight! };
  const api = { x: inner, y: y.apiTop!, w: plane.w * 0.595, h: y.apiHeight! };
  const etcd = placeEtcd(cards, api, plane);
  // The router ends above the requests' way to the nodes, kubectl above the router.
  const routerTop = Math.min(Math.max(api.y + 90, y.planeEnd! - 24), y.bus! - REQUESTS_ABOVE - 42);
  const router = { x: 16, y: routerTop, w: left - 22, h: 38 };
  const kubectl = { x: 16, y: Math.min(api.y + 28, routerTop - 62), w: left - 22, h: 54 };
  const { nodes, pool } = placeNodes(keyframe, width, height, y, chosen);
  const placed: Architecture = {
    width, height, plane, scheduler, manager, controllers: placeControllers(controllers, manager, y.hex!), api,
    stages: placeStages(api, y.stage!), etcd, etcdLabel: { x: etcd[0]?.box.x ?? 0, y: api.y + 2 }, outside: { x: 20, y: kubectl.y - 14 }, pending: placePending(keyframe, { x: 16, y: scheduler.y, w: left - 22, h: Math.max(30, kubectl.y - 38 - scheduler.y) }), kubectl, router, nodes,
    pool, edges: [],
  };
  placed.edges = edgesOf(placed, y.bus!);
  return placed;
}

/** A fixed place to the left of the scheduler, whose queue they are in. */
function placePending(keyframe: Keyframe, room: Box): Architecture["pending"] {
  const waiting = Object.values(keyframe.pods).filter((pod) => !pod.node && pod.status === "unscheduled").sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
  const box = { ...room, h: Math.min(room.h, 112) };
  const { pods, more } = placePods(waiting, { x: box.x + 6, y: box.y + 18, w: box.w - 12, h: box.h - 34 });
  return { box, pods, more, count: waiting.length };
}

const columnsOf = (controllers: number): number => Math.min(controllers > 21 ? 8 : controllers > 18 ? 7 : controllers > 10 ? 6 : 5, Math.max(1, controllers));

function placeControllers(cards: ComponentCard[], manager: Box, height: number): Architecture["controllers"] {
  const columns = columnsOf(cards.length);
  const width = (manager.w - 24 - (columns - 1) * 4) / columns;
  const top = manager.y + manager.h - Math.ceil(cards.length / columns) * (height + 4) - 4;
  return cards.map((card, index) => ({
    card,
    label: fitted(controllerLabel(card.name), width),
    box: { x: manager.x + 12 + (index % columns) * (width + 4), y: top + Math.floor(index / columns) * (height + 4), w: width, h: height },
  }));
}

const KIND_NAMES: Record<string, string> = {
  deployment: "Deployment", replicaset: "ReplicaSet", replication: "Replication", endpointslice: "EndpointSlice", endpoints: "Endpoints", endpoint: "Endpoints",
  namespace: "Namespace", node: "Node", "node-lifecycle": "Node lifecycle", nodelifecycle: "Node lifecycle", "garbage-collector": "Garbage coll.",
  "service-account": "Svc. account", serviceaccount: "Svc. account", "taint-eviction": "Taint eviction", "pod-gc": "Pod GC", "pod-garbage-collector": "Pod GC", "node-ipam": "Node IPAM",
  "root-ca-cert-publisher": "Root CA", job: "Job", cronjob: "CronJob", statefulset: "StatefulSet", daemonset: "DaemonSet", "horizontal-pod-autoscaler": "HPA", "pv-binder": "PV binder", "persistentvolume-binder": "PV binder",
  "clusterrole-aggregation": "Role aggr.", "persistentvolumeclaim-protection": "PVC prot.", "persistentvolume-protection": "PV prot.", resourcequota: "Quota", "resource-quota": "Quota",
  "ttl-after-finished": "TTL", disruption: "Disruption", "endpointslice-mirroring": "Slice mirror", "attachdetach": "Attach", "persistentvolume-expander": "PV expand", "service-account-token": "SA tokens", "serviceaccount-token": "SA tokens",
  "certificate-signing": "CSR sign", "certificate-approving": "CSR appr.",
};

const SHORT: Record<string, string> = { EndpointSlice: "EndptSlice", "Node lifecycle": "Node life", "Taint eviction": "Taints", "Svc. account": "Svc acct", "Garbage coll.": "Garbage", StatefulSet: "Stateful", Replication: "RC" };

/** In a narrow hexagon a long name would touch its edges: at 11 px a letter is about 6 wide, and the points take 14. */
const fitted = (label: string, width: number): string => {
  const room = Math.max(3, Math.floor((width - 14) / 6));
  const short = label.length > room ? (SHORT[label] ?? label) : label;
  return short.length > room + 2 ? `${short.slice(0, room)}…` : short;
};

/** "deployment-controller" is shown by the kind it looks after. */
export function controllerLabel(name: string): string {
  const stem = name.replace(/-controller$/, "");
  return KIND_NAMES[stem] ?? stem;
}

function placeStages(api: Box, height: number): Architecture["stages"] {
  const gap = 9;
  const width = (api.w - 32 - gap * (STAGES.length - 1)) / STAGES.length;
  return STAGES.map((name, index) => ({ name, box: { x: api.x + 16 + index * (width + gap), y: api.y + 36, w: width, h: height } }));
}

function placeEtcd(cards: ComponentCard[], api: Box, plane: Box): Architecture["etcd"] {
  const members = cards.filter((one) => one.role === "etcd");
  const left = api.x + api.w + 46;
  const width = Math.min(104, (plane.x + plane.w - 14 - left - (members.length - 1) * 10) / Math.max(1, members.length));
  return members.map((card, index) => ({ card, box: { x: left + index * (width + 10), y: api.y + 12, w: width, h: api.h - (api.h < 100 ? 26 : 42) } }));
}

const NUMERIC = new Intl.Collator("en", { numeric: true });
const orderedNodes = (keyframe: Keyframe): NodeCard[] =>
  Object.values(keyframe.nodes).sort((a, b) => Number(b.control_plane) - Number(a.control_plane) || NUMERIC.compare(a.name, b.name));

/** Which nodes are drawn one by one: places do not move, but the selected node of a pool is brought out. */
export function singleNodes(nodes: readonly NodeCard[], chosen: string): NodeCard[] {
  if (nodes.length <= NODES_SINGLE) return [...nodes];
  const first = nodes.slice(0, SINGLE_BESIDE_POOL);
  const selected = nodes.find((node) => node.name === chosen && !first.includes(node));
  return selected ? [...first, selected] : first;
}

function placeNodes(keyframe: Keyframe, width: number, height: number, y: Record<string, number>, chosen: string): { nodes: PlacedNode[]; pool: Pool | null } {
  const all = orderedNodes(keyframe);
  const shown = singleNodes(all, chosen);
  const rest = all.filter((node) => !shown.includes(node));
  const podsOf = podsByNode(keyframe);
  const weights = [...shown.map((node) => (node.control_plane && shown.length > 1 ? 0.9 : 1)), ...(rest.length ? [1.9] : [])];
  const total = weights.reduce((sum, one) => sum + one, 0);
  const room = width - 32 - GAP * (weights.length - 1);
  const top = y.doors! + y.door! / 2;
  let x = 16;
  const boxes = weights.map((weight) => {
    const box = { x, y: top, w: (room * weight) / total, h: height - top - 22 };
    x += box.w + GAP;
    return box;
  });
  const nodes = shown.map((node, index) => placeNode(keyframe, node, podsOf.get(node.name) ?? [], boxes[index]!, y));
  const pool = rest.length ? { ...boxes.at(-1)!, nodes: rest.map((node) => ({ node, pods: podsOf.get(node.name) ?? [] })) } : null;
  return { nodes, pool };
}

function podsByNode(keyframe: Keyframe): Map<string, PodCard[]> {
  const found = new Map<string, PodCard[]>();
  for (const pod of Object.values(keyframe.pods)) {
    const mine = found.get(pod.node);
    if (mine) mine.push(pod);
    else found.set(pod.node, [pod]);
  }
  return found;
}

function placeNode(keyframe: Keyframe, node: NodeCard, mine: PodCard[], box: Box, y: Record<string, number>): PlacedNode {
  const floor = { x: box.x + 12, y: box.y + box.h - 38, w: box.w - 24, h: 26 };
  const drawn = mine.filter((pod) => !drawnAsComponent(pod)).sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
  const area = { x: box.x + 12, y: box.y + y.door! / 2 + y.head!, w: box.w - 24, h: 0 };
  area.h = floor.y - area.y - 6;
  const { pods, more } = placePods(drawn, area);
  const sandboxes = mine.filter((pod) => pod.ip && pod.status !== "succeeded").length;
  return { node, ...box, doors: placeDoors(keyframe, node, box, y), pods, more, floor, sandboxes };
}

function placeDoors(keyframe: Keyframe, node: NodeCard, box: Box, y: Record<string, number>): PlacedNode["doors"] {
  const width = Math.min(92, (box.w - 24 - 8) / 3);
  return ["kubelet", "kube-proxy", "flannel"].flatMap((role, index) => {
    const card = keyframe.components[`${role}/${node.name}`];
    return card ? [{ card, label: width < 72 && role === "kube-proxy" ? "proxy" : role, box: { x: box.x + 12 + index * (width + 4), y: y.doors!, w: width, h: y.door! } }] : [];
  });
}

/** The largest tile that shows every pod; when even the smallest does not, the rest is a number. */
export function placePods(pods: PodCard[], area: Box): { pods: PlacedPod[]; more: number } {
  const tiles = [
    { w: 56, step: 62, row: 90, named: true, role: true },
    { w: 46, step: 50, row: 66, named: true, role: false },
    { w: 36, step: 42, row: 54, named: true, role: false },
    { w: 22, step: 26, row: 27, named: false, role: false },
    { w: 13, step: 15, row: 15, named: false, role: false },
  ];
  const fits = (tile: (typeof tiles)[number]): number => Math.floor((area.w + tile.step - tile.w) / tile.step) * Math.max(1, Math.floor((area.h + 4) / tile.row));
  const tile = tiles.find((one) => fits(one) >= pods.length && one.row <= area.h + 4) ?? tiles.at(-1)!;
  const capacity = fits(tile);
  const columns = Math.max(1, Math.floor((area.w + tile.step - tile.w) / tile.step));
  // When some have to be left out, those in trouble are not among them.
  const shown = pods.length > capacity ? [...pods].sort((a, b) => Number(a.status === "ready") - Number(b.status === "ready")).slice(0, capacity) : pods;
  const placed = shown.map((pod, index) => ({
    pod, x: area.x + (index % columns) * tile.step, y: area.y + Math.floor(index / columns) * tile.row + 4, w: tile.w, h: tile.w, named: tile.named, role: tile.role,
  }));
  return { pods: placed, more: pods.length - shown.length };
}

function edgesOf(a: Architecture, bus: number): Edge[] {
  const apiTop = a.api.y - 4;
  const apiBottom = a.api.y + a.api.h + 4;
  const edges: Edge[] = [];
  const add = (id: string, kind: Edge["kind"], ...points: [number, number][]): void => void edges.push({ id, kind, points: points.map(([x, y]) => ({ x, y })) });
  const s = centre(a.scheduler);
  add("kube-scheduler>apiserver", "request", [s.x + 26, a.scheduler.y + a.scheduler.h], [s.x + 26, apiTop]);
  add("apiserver>kube-scheduler", "watch", [s.x - 26, apiTop], [s.x - 26, a.scheduler.y + a.scheduler.h]);
  const overlap = (a.manager.x + Math.min(a.manager.x + a.manager.w, a.api.x + a.api.w)) / 2;
  add("kube-controller-manager>apiserver", "request", [overlap - 32, a.manager.y + a.manager.h], [overlap - 32, apiTop]);
  add("apiserver>kube-controller-manager", "watch", [overlap + 32, apiTop], [overlap + 32, a.manager.y + a.manager.h]);
  add("kubectl>apiserver", "request", [a.kubectl.x + a.kubectl.w, centre(a.kubectl).y], [a.api.x - 4, centre(a.kubectl).y]);
  addEtcd(a, add);
  addNodes(a, bus, apiBottom, add);
  return edges;
}

type Add = (id: string, kind: Edge["kind"], ...points: [number, number][]) => void;

function addEtcd(a: Architecture, add: Add): void {
  const right = a.api.x + a.api.w + 4;
  a.etcd.forEach(({ card, box }, index) => {
    const lane = box.y + box.h + (a.api.h < 100 ? 8 : 14);
    const x = centre(box).x;
    if (index === 0) {
      add(`apiserver>${card.name}`, "request", [right, a.api.y + 38], [box.x - 4, a.api.y + 38]);
      add(`${card.name}>apiserver`, "watch", [box.x - 4, a.api.y + 58], [right, a.api.y + 58]);
    } else {
      add(`apiserver>${card.name}`, "request", [right, lane], [x, lane], [x, box.y + box.h]);
    }
    const next = a.etcd[index + 1];
    if (next) add(`${card.name}>${next.card.name}`, "peer", [box.x + box.w, centre(box).y], [next.box.x, centre(next.box).y]);
  });
}

function addNodes(a: Architecture, bus: number, apiBottom: number, add: Add): void {
  const trunk = a.api.x + a.api.w * 0.62;
  a.nodes.forEach((node, index) => {
    for (const [place, { card, box }] of node.doors.entries()) {
      const x = box.x + box.w * (place === 0 ? 0.66 : 0.5);
      add(`apiserver>${card.name}`, "watch", [trunk, apiBottom], [trunk, bus], [x, bus], [x, box.y]);
      const port = a.api.x + a.api.w * (0.1 + 0.8 * ((index + 0.5) / a.nodes.length)) + place * 8;
      const up = box.x + box.w * 0.34;
      if (place < 2) add(`${card.name}>apiserver`, "request", [up, box.y], [up, bus - REQUESTS_ABOVE], [port, bus - REQUESTS_ABOVE], [port, apiBottom]);
    }
  });
  const below = a.height - 10;
  const places = [...a.nodes, ...(a.pool ? [a.pool] : [])];
  const last = places.at(-1);
  if (last) add("network", "packet", [a.router.x, centre(a.router).y], [8, centre(a.router).y], [8, below], [last.x + last.w / 2, below]);
  for (const [index, place] of places.entries()) add(`network/${index}`, "packet", [place.x + place.w / 2, below], [place.x + place.w / 2, place.y + place.h]);
}

/** The way of a message from one process to another, or null when neither end is drawn. */
export function routeOf(a: Architecture, source: string, target: string): Point[] | null {
  const exact = a.edges.find((one) => one.id === `${source}>${target}`);
  if (exact) return exact.points;
  const back = a.edges.find((one) => one.id === `${target}>${source}`);
  if (back) return [...back.points].reverse();
  const from = anchorOf(a, source);
  const to = anchorOf(a, target);
  return from && to ? [from, to] : null;
}

function anchorOf(a: Architecture, name: string): Point | null {
  if (name === "apiserver") return { x: a.api.x + a.api.w, y: a.api.y + a.api.h / 2 };
  const node = name.split("/")[1] ?? name;
  if (a.pool?.nodes.some((one) => one.node.name === node)) return { x: a.pool.x + a.pool.w / 2, y: a.pool.y };
  const member = a.etcd.find((one) => one.card.name === name);
  return member ? { x: centre(member.box).x, y: member.box.y + member.box.h * 0.7 } : null;
}

/** One list of everything a person can do: the palette, the keyboard and the buttons all come from it. */
import { t } from "./i18n/index.svelte";
import { keyOfEvent, RESOURCES, usersOf } from "./selection";
import { focusRegion } from "./regions";
import { VIEWS, type App, type Rendering } from "./state.svelte";
import { neighbourSpeed } from "./model/clock";
import { hopsOf } from "./model/packet";

export interface Action {
  id: string;
  /** Catalogue key of its name. */
  name: string;
  keys: string[];
  /** Catalogue key of the reason why it cannot be done now, or null. */
  refused: (app: App) => string | null;
  run: (app: App) => void;
}

const ZOOM_STEP = 1.25;
const ZOOM_MAX = 3;
const drawingOnly = (app: App): string | null => (app.view === "architecture" && app.rendering === "graph" ? null : "refused.not-architecture");
const always = (): null => null;
const ownerOnly = (app: App): string | null => (app.owner ? null : "notice.view-only");

const simple = (id: string, keys: string[], run: (app: App) => void, refused: Action["refused"] = always): Action => ({ id, name: `action.${id}`, keys, refused, run });

const render = (one: Rendering, key: string): Action => simple(one, [key], (app) => (app.renderings[app.view] = one));

export const ACTIONS: Action[] = [
  simple("pause", [" ", "."], (app) => app.clock({ action: app.playing ? "pause" : "play" }), ownerOnly),
  simple("step", ["ArrowRight"], (app) => app.clock({ action: "step", unit: app.stepUnit, count: 1 }), ownerOnly),
  simple("step-back", ["ArrowLeft"], (app) => app.clock({ action: "step", unit: app.stepUnit, count: -1 }), ownerOnly),
  simple("step-ten", ["Shift+ArrowRight"], (app) => app.clock({ action: "step", unit: app.stepUnit, count: 10 }), ownerOnly),
  simple("step-back-ten", ["Shift+ArrowLeft"], (app) => app.clock({ action: "step", unit: app.stepUnit, count: -10 }), ownerOnly),
  simple("start", ["Home"], (app) => app.clock({ action: "seek", at: 0 }), ownerOnly),
  simple("now", ["End"], (app) => app.clock({ action: "seek", event: app.run?.clock.head_number ?? 0 }), ownerOnly),
  simple("slower", ["["], (app) => setSpeed(app, neighbourSpeed(app.run?.clock.speed ?? 1, -1)), ownerOnly),
  simple("faster", ["]"], (app) => setSpeed(app, neighbourSpeed(app.run?.clock.speed ?? 1, 1)), ownerOnly),
  simple("real-time", ["\\"], (app) => setSpeed(app, 1), ownerOnly),
  simple("previous-change", ["k"], (app) => seekChange(app, -1), needsSelection),
  simple("next-change", ["j"], (app) => seekChange(app, 1), needsSelection),
  ...VIEWS.map((view, index) => ({ ...simple(`view-${view}`, [String(index + 1)], (app) => (app.view = view)), name: `view.${view}` })),
  render("graph", "g"),
  render("table", "t"),
  render("text", "x"),
  simple("legend", ["l"], (app) => (app.legend = !app.legend)),
  simple("filter", ["/"], () => document.getElementById("filter")?.focus()),
  simple("why", ["w"], () => document.getElementById("because")?.focus(), needsSelection),
  simple("owner", ["o"], (app) => selectOwner(app), needsSelection),
  simple("used-by", ["u"], (app) => selectUser(app), needsSelection),
  simple("zoom-in", ["+", "="], (app) => (app.zoom = Math.min(ZOOM_MAX, app.zoom * ZOOM_STEP)), drawingOnly),
  simple("zoom-out", ["-"], (app) => (app.zoom = Math.max(1 / ZOOM_MAX, app.zoom / ZOOM_STEP)), drawingOnly),
  simple("zoom-fit", ["0"], (app) => (app.zoom = 1), drawingOnly),
  simple("fork", ["f"], (app) => void app.guard(app.rest.fork(app.run?.clock.number ?? 0).then(() => undefined)), ownerOnly),
  simple("follow", [], (app) => app.startFollowing(), (app) => (app.view === "architecture" ? null : "refused.not-architecture")),
  simple("hop-next", ["n"], (app) => moveOn(app, 1), onItsWay),
  simple("hop-back", ["p"], (app) => moveOn(app, -1), onItsWay),
  simple("share", ["s"], (app) => (app.dialog = "share")),
  simple("add-ons", [], (app) => (app.dialog = "add-ons")),
  simple("connect", [], (app) => (app.dialog = "connect")),
  simple("terminal", ["c"], (app) => (app.dock = app.dock === "terminal" ? null : "terminal")),
  simple("requests", [], (app) => (app.dock = app.dock === "requests" ? null : "requests")),
  simple("palette", ["Ctrl+k", ":"], (app) => (app.dialog = "palette")),
  simple("help", ["?"], (app) => (app.dialog = "help")),
  simple("apply", ["a"], (app) => (app.dock = "yaml"), ownerOnly),
  simple("bookmark", ["b"], (app) => app.bookmark()),
  simple("region-next", ["F6"], () => focusRegion(1)),
  simple("region-back", ["Shift+F6"], () => focusRegion(-1)),
  simple("events", ["e"], (app) => (app.dock = app.dock === "events" ? null : "events")),
  simple("delete", ["Delete"], (app) => deleteSelected(app), deletable),
  simple("scale", [], (app) => (app.dialog = "scale"), scalable),
  simple("pod-kill", [], (app) => fault(app, "pod-kill"), (app) => selectedAs(app, "pod/", "refused.no-pod")),
  simple("node-down", [], (app) => fault(app, "node-down"), (app) => selectedAs(app, "node/", "refused.no-node")),
  simple("node-shutdown", [], (app) => fault(app, "node-shutdown", HELD), (app) => selectedAs(app, "node/", "refused.no-node")),
  simple("node-reboot", [], (app) => fault(app, "node-reboot", HELD), (app) => selectedAs(app, "node/", "refused.no-node")),
  simple("node-up", [], (app) => fault(app, "node-up"), (app) => selectedAs(app, "node/", "refused.no-node")),
  simple("member-down", [], (app) => fault(app, "member-down"), (app) => selectedAs(app, "component/etcd-", "refused.no-member")),
  simple("member-up", [], (app) => fault(app, "member-up"), (app) => selectedAs(app, "component/etcd-", "refused.no-member")),
  simple("apiserver-down", [], (app) => void app.command({ kind: "fault", fault: "apiserver-down", target: "apiserver" }), ownerOnly),
  simple("apiserver-up", [], (app) => void app.command({ kind: "fault", fault: "apiserver-up", target: "apiserver" }), ownerOnly),
  simple("partition", [], (app) => fault(app, "partition"), onNetwork),
  simple("heal", [], (app) => fault(app, "heal"), onNetwork),
  simple("scenario", [], (app) => (app.dialog = "scenario")),
  simple("close", ["Escape"], (app) => closeOne(app)),
];

export const actionOf = (id: string): Action => ACTIONS.find((one) => one.id === id)!;

/** The action of a key press, or null. Letters act on the drawing, never while somebody types or an input method composes. */
export function actionOfKey(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode">, typing: boolean): Action | null {
  if (event.isComposing || event.keyCode === 229 || event.altKey) return null;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const chord = (command ? "Ctrl+" : "") + (event.shiftKey && (key.startsWith("Arrow") || key === "F6") ? "Shift+" : "") + key;
  if (typing && !command && key !== "Escape" && key !== "F6") return null;
  return ACTIONS.find((one) => one.keys.includes(chord)) ?? null;
}

function setSpeed(app: App, factor: number): void {
  app.clock({ action: "speed", factor });
}

function onItsWay(app: App): string | null {
  if (app.view === "architecture" && app.following) return null;
  return app.view === "network" && app.journey ? null : "refused.no-packet";
}

/** Along the way of the packet or the request that is followed, to its ends and no further. */
function moveOn(app: App, step: 1 | -1): void {
  if (app.view === "architecture") return app.follow(step);
  const hops = app.journey ? hopsOf(app.journey.journey, app.way).length : 0;
  app.hop = Math.max(0, Math.min(hops - 1, app.hop + step));
}

function needsSelection(app: App): string | null {
  return app.selection ? null : "refused.no-selection";
}

function deletable(app: App): string | null {
  const type = app.selection.split("/")[0]!;
  return ownerOnly(app) ?? (type in RESOURCES && type !== "node" ? null : "refused.nothing-to-delete");
}

function scalable(app: App): string | null {
  return ownerOnly(app) ?? (/^(deployment|replicaset|replicationcontroller|statefulset)\//.test(app.selection) ? null : "refused.nothing-to-scale");
}

function selectedAs(app: App, beginning: string, refusal: string): string | null {
  return ownerOnly(app) ?? (app.selection.startsWith(beginning) ? null : refusal);
}

/** Nodes and members of etcd can be cut off from the network. */
function onNetwork(app: App): string | null {
  return ownerOnly(app) ?? (/^(node\/|component\/etcd-)/.test(app.selection) ? null : "refused.no-node");
}

function deleteSelected(app: App): void {
  const [type, namespace, name] = app.selection.split("/");
  void app.command({ kind: "delete", resource: RESOURCES[type!]!, namespace: namespace!, name: name! });
}

/** The target is what follows the type in the address of the selection: a node, a member, or namespace/pod. */
/** How long a kubelet holds a machine that is shut down from here (s): kubeadm leaves shutdownGracePeriod at 0, and nothing would be seen of it. */
const HELD = { grace_period: 60, critical: 10 };

function fault(app: App, name: string, more: { grace_period?: number; critical?: number } = {}): void {
  void app.command({ kind: "fault", fault: name, target: app.selection.slice(app.selection.indexOf("/") + 1), ...more });
}

/** What uses the selection: the Services in front of a pod, the pods of a workload, the endpoints of a Service, the pods of a node. */
function selectUser(app: App): void {
  if (!app.run || !app.selected) return;
  const found = usersOf(app.selected, app.run.keyframe);
  if (!found.length) return app.say(t("refused.no-user"), true);
  app.selection = found[0]!;
}

function selectOwner(app: App): void {
  const selected = app.selected;
  const uid = selected?.type === "pod" ? selected.pod.owner : selected?.type === "workload" ? selected.workload.owner : "";
  const owner = app.run?.keyframe.workloads[uid];
  if (owner) app.selection = `${owner.kind.toLowerCase()}/${owner.namespace}/${owner.name}`;
}

/** Go to the entry before or after the playhead that is about the selection. */
function seekChange(app: App, step: 1 | -1): void {
  if (!app.run) return;
  const { number } = app.run.clock;
  const about = app.run.trace.filter((entry) => entry.params.object === app.selection || keyOfEvent(entry) === app.selection);
  const found = step === 1 ? about.find((entry) => entry.number > number) : about.findLast((entry) => entry.number < number);
  if (found) app.clock({ action: "seek", event: found.number });
}

function closeOne(app: App): void {
  if (app.dialog) app.dialog = null;
  else if (app.dock) app.dock = null;
  else if (app.following && app.view === "architecture") app.stopFollowing();
  else app.selection = "";
}

/** One request followed through the cluster: from a person's command, through the API server's stages, the controllers and the scheduler, to the node and back. Read off the trace. */
import type { TraceCard } from "../protocol";
import { edgesOf, isRequest, STAGES, type Stage } from "./pipeline";

export interface FollowStep {
  entry: TraceCard;
  /** Of the first request every stage is a step of its own; "watches" is the news going out. */
  stage: Stage | "watches" | null;
}

const isCommand = (entry: TraceCard): boolean => entry.id === "command.given" && (entry.actor === "kubectl" || entry.actor === "clients");

/** What a person asked for up to event `until`, oldest first. */
export const commandsOf = (trace: readonly TraceCard[], until: number): TraceCard[] => trace.filter((entry) => isCommand(entry) && entry.number <= until);

/** The steps of what followed from the command of event `number`, as far as it was told up to event `until`. */
export function storyOf(trace: readonly TraceCard[], number: number, until: number): FollowStep[] {
  const from = trace.findIndex((entry) => isCommand(entry) && entry.number === number);
  const command = trace[from];
  if (!command) return [];
  const later = trace.slice(from + 1).filter((entry) => entry.number <= until);
  const next = later.find(isCommand)?.number ?? Infinity;
  const mine = descendants(later, command.number);
  // A client outside may speak as anybody: its request is the first that its command brought about.
  const asked = later.find((entry) => isRequest(entry) && isWrite(entry) && entry.number < next && (command.actor === "clients" ? mine.has(entry.number) : userOf(entry) === "kubernetes-admin"));
  if (!asked) return [step(command)];
  const story = refused(asked) ? [] : podStory(later, mine, asked);
  return [step(command), ...stagesOf(asked), ...story.map(step)];
}

const step = (entry: TraceCard): FollowStep => ({ entry, stage: null });
const userOf = (entry: TraceCard): string => String(entry.params.user ?? "");
const objectOf = (entry: TraceCard): string => String(entry.params.object ?? "");
const refused = (entry: TraceCard): boolean => Number(entry.params.code ?? 200) >= 400;
const verbOf = (entry: TraceCard): string => String(entry.params.verb ?? "");
const isWrite = (entry: TraceCard): boolean => ["create", "update", "patch", "delete"].includes(verbOf(entry));
const writes = (entry: TraceCard, verb: string, resource: string): boolean => entry.id === "api.request" && verbOf(entry) === verb && entry.params.resource === resource && !entry.params.subresource;

/** A refused request ends at the stage that refused it: it has no later ones. */
function stagesOf(entry: TraceCard): FollowStep[] {
  if (refused(entry)) return [step(entry)];
  return [...STAGES, "watches" as const].map((stage) => ({ entry, stage }));
}

/** Event numbers that follow from event `number`; an entry's cause is the nearest one that was told. */
function descendants(later: readonly TraceCard[], number: number): Set<number> {
  const found = new Set([number]);
  for (const entry of later) if (found.has(entry.cause)) found.add(entry.number);
  return found;
}

/** What became of one pod: of the first that the command brought about and that became ready, and of the first that it took away. */
function podStory(later: readonly TraceCard[], mine: ReadonlySet<number>, asked: TraceCard): TraceCard[] {
  const created = later.filter((entry) => mine.has(entry.number) && writes(entry, "create", "pods"));
  const born = created.find((entry) => later.some((one) => one.id === "pod.ready" && objectOf(one) === objectOf(entry))) ?? created[0];
  const gone = later.find((entry) => mine.has(entry.number) && writes(entry, "delete", "pods"));
  const leaving = gone && (gone === asked || !born) ? pick(later, objectOf(gone), LEAVING) : [];
  // While there is no pod yet, or when there will be none, the controllers' part is told.
  const begun = born ? [] : firstOfEach(later.filter((entry) => mine.has(entry.number) && entry !== asked && (DECISIONS.test(entry.id) || isWorkloadWrite(entry))));
  const told = [...begun, ...leaving, ...(gone && gone !== asked && !born ? [gone] : []), ...(born ? birthOf(later, born, asked) : [])];
  return [...new Set(told)].sort((a, b) => later.indexOf(a) - later.indexOf(b));
}

const DECISIONS = /^(deployment|replicaset|replication|replicationcontroller)\./;
const LEAVING = ["pod.terminating", "pod.term-sent", "pod.kill-sent", "pod.stopped"];
const COMING = ["scheduler.unschedulable", "scheduler.decided", "scheduler.bound", "pod.sandbox-created", "pod.address-assigned", "pod.pull-started", "pod.pulled", "pod.init-started", "pod.init-finished", "pod.container-started", "pod.probe-passed", "pod.ready"];

/** From the controllers that wanted the pod to the Service that sends it traffic. */
function birthOf(later: readonly TraceCard[], born: TraceCard, asked: TraceCard): TraceCard[] {
  const pod = objectOf(born);
  const before = later.slice(0, later.indexOf(born));
  const owners = before.filter((entry) => isDecision(entry, pod) || isOwnerWrite(entry, pod));
  const binding = later.find((entry) => entry.id === "api.request" && entry.params.subresource === "binding" && objectOf(entry) === pod);
  const life = pick(later, pod, COMING);
  const ready = life.find((entry) => entry.id === "pod.ready");
  return [...firstOfEach(owners.filter((entry) => entry !== asked)), ...(born === asked ? [] : [born]), ...(binding ? [binding] : []), ...life, ...(ready ? afterReady(later, ready) : [])];
}

/** Whether a controller decided about an owner of the pod: owners' names begin the names of what they own. */
function isDecision(entry: TraceCard, pod: string): boolean {
  return DECISIONS.test(entry.id) && owns(String(entry.params.key ?? "").split("/").at(-1)!, pod);
}

const isWorkloadWrite = (entry: TraceCard): boolean => entry.id === "api.request" && isWrite(entry) && !entry.params.subresource && /^(deployment|replicaset|replicationcontroller)\//.test(objectOf(entry));
const isOwnerWrite = (entry: TraceCard, pod: string): boolean => isWorkloadWrite(entry) && owns(nameOf(objectOf(entry)), pod);

const nameOf = (object: string): string => object.split("/").at(-1)!;
const owns = (owner: string, pod: string): boolean => owner !== "" && nameOf(pod).startsWith(`${owner}-`);

/** The first entry of each kind about an object: later turns of the same loop would only repeat the story. */
function pick(later: readonly TraceCard[], object: string, ids: readonly string[]): TraceCard[] {
  return firstOfEach(later.filter((entry) => objectOf(entry) === object && ids.includes(entry.id)));
}

function firstOfEach(entries: readonly TraceCard[]): TraceCard[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const kind = entry.id === "api.request" ? `${userOf(entry)} ${verbOf(entry)} ${String(entry.params.resource)}` : entry.id;
    return !seen.has(kind) && seen.add(kind);
  });
}

/** The status that says so, the endpoints that change with it, and the first kube-proxy that sends traffic there. */
function afterReady(later: readonly TraceCard[], ready: TraceCard): TraceCard[] {
  const rest = later.slice(later.indexOf(ready) + 1);
  const status = rest.find((entry) => entry.id === "api.request" && entry.params.subresource === "status" && objectOf(entry) === objectOf(ready));
  if (!status) return [];
  const slice = rest.find((entry) => entry.id === "api.request" && String(entry.params.resource).startsWith("endpointslices") && entry.cause >= status.number);
  const proxy = slice && rest.find((entry) => entry.id === "kube-proxy.synced" && entry.number > slice.number);
  return [status, ...(slice ? [slice] : []), ...(proxy ? [proxy] : [])];
}

export interface FollowPlace {
  /** Ways on the drawing, as "source>target" of processes, and the program that works at it. */
  edges: string[];
  component: string;
  /** Where the dot is: on a way, or at a stage of the API server that holds it. */
  dot: { edge: string; letter: string } | { stage: Stage } | null;
}

/** Where a step happens on the drawing; what follows it tells who gets the news. */
export function placeOf(one: FollowStep, following: FollowStep | undefined, member: string): FollowPlace {
  const { entry, stage } = one;
  if (stage === "watches") return news(following?.entry.actor ?? "");
  if (stage === "store") return { edges: [`apiserver>${member}`], component: "", dot: { edge: `apiserver>${member}`, letter: letterOf(entry) } };
  if (isRequest(entry)) return travels(entry, member, stage);
  if (entry.id === "command.given") return { edges: [], component: "kubectl", dot: null };
  return { edges: [`apiserver>${entry.actor}`], component: String(entry.params.controller ?? entry.actor), dot: null };
}

const letterOf = (entry: TraceCard): string => verbOf(entry).charAt(0).toUpperCase();

function news(reader: string): FollowPlace {
  const edge = `apiserver>${reader}`;
  return { edges: [edge], component: "", dot: { edge, letter: "W" } };
}

function travels(entry: TraceCard, member: string, stage: Stage | null): FollowPlace {
  const edges = edgesOf(entry, member);
  if (stage) return { edges: edges.slice(0, 1), component: "", dot: { stage } };
  return { edges, component: "", dot: edges[0] ? { edge: edges[0], letter: letterOf(entry) } : null };
}

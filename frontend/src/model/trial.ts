/**
 * A change that might make a pod fit, tried on a fork of the run: fork, change, play until the pod has a node or the scheduler says no.
 * What is asked of the server is given from outside.
 */

/** One change as the server suggests it: a message id "fit.…" with its parameters, the node among them, and whether it is enough by itself. */
export interface Change {
  id: string;
  params: Record<string, unknown>;
  sufficient?: boolean;
}

export interface Outcome {
  /** bound: it has a node; refused: it was tried again and fits on no node; waits: it was not tried again; gone: nobody made it again. */
  kind: "bound" | "refused" | "waits" | "gone";
  pod: string;
  node: string;
  message: string;
  at: number;
}

type Fields = Record<string, unknown>;

export interface PodSpec {
  nodeName?: string;
  containers: { name: string; resources?: { requests?: Record<string, string>; limits?: Record<string, string> } }[];
  tolerations?: Fields[];
  topologySpreadConstraints?: Fields[];
  affinity?: Record<string, Record<string, unknown> | undefined>;
  [field: string]: unknown;
}

export interface KubePod {
  metadata: { name: string; namespace?: string; uid: string; ownerReferences?: { kind: string; name: string; controller?: boolean }[]; [field: string]: unknown };
  spec: PodSpec;
  status?: { nominatedNodeName?: string; conditions?: { type: string; status: string; message?: string }[] };
}

export interface Tried {
  pod: string;
  at: number;
  node: string | null;
  message: string;
}

/** A step that was refused, with the words of who refused it. */
export class TrialError extends Error {}

export interface TrialCalls {
  /** Fork here; the name of the branch and the time at which it begins. */
  fork(): Promise<{ branch: string; now: number }>;
  /** Carry out a line of kubectl; throws with its words when it fails. */
  kubectl(line: string, namespace: string): Promise<void>;
  apply(manifest: string): Promise<void>;
  /** Whether a node is Ready. */
  ready(node: string): Promise<boolean>;
  /** A new machine becomes a Node. */
  join(machine: NewMachine): Promise<void>;
  pods(namespace: string): Promise<KubePod[]>;
  /** What the schedulers decided last, the newest first. */
  decided(): Promise<Tried[]>;
  /** Let so many µs pass; the time then. */
  advance(by: number): Promise<number>;
}

export type Phase = "forking" | "changing" | "playing";

/** How the waiting goes on: short looks first, then a second each. */
const LOOKS_US = [250_000, 250_000, 500_000];
const LOOK_US = 1_000_000;
/** The longest back-off is 10 s: who was not tried again by then is not waited for. */
const PATIENCE_US = 15_000_000;
/** A new machine is waited for until its node is Ready: that is when flannel runs on it. */
const PATIENCE_JOIN_US = 120_000_000;
/** Victims of preemption have their grace period to end. */
const PATIENCE_NOMINATED_US = 60_000_000;

/** Try a change for a pod ("namespace/name"). */
export async function tryOut(change: Change, pod: string, owner: Owner | null, calls: TrialCalls, tell: (phase: Phase, branch: string) => void): Promise<Outcome> {
  const [namespace = "", name = ""] = pod.split("/");
  tell("forking", "");
  const { branch, now } = await calls.fork();
  tell("changing", branch);
  const before = await calls.pods(namespace);
  const mine = before.find((one) => one.metadata.name === name);
  if (!mine) return { kind: "gone", pod, node: "", message: "", at: now };
  for (const step of stepsOf(change, mine, owner)) await carryOut(step, namespace, calls);
  tell("playing", branch);
  const known = new Set(before.map((one) => one.metadata.uid));
  const isMine = (one: KubePod): boolean => one.metadata.uid === mine.metadata.uid || (!known.has(one.metadata.uid) && (one.metadata.name === name || isOf(one, mine, owner)));
  return watch(isMine, pod, now, change.id === "fit.add-node" ? text(change.params.name) : "", calls);
}

/** What replaces a pod of a workload: a pod of the same kind of owner whose owner is called after the workload. */
function isOf(pod: KubePod, before: KubePod, owner: Owner | null): boolean {
  const [mine, theirs] = [controllerOf(pod), controllerOf(before)];
  return mine !== undefined && theirs !== undefined && mine.kind === theirs.kind && (mine.name === theirs.name || (owner !== null && mine.name.startsWith(`${owner.name}-`)));
}

const controllerOf = (pod: KubePod): { kind: string; name: string } | undefined => pod.metadata.ownerReferences?.find((one) => one.controller);

/** Until one of the pods has a node, or was tried and refused, or patience ends. `joins`: the node that has to be ready before a no counts. */
async function watch(isMine: (pod: KubePod) => boolean, pod: string, begun: number, joins: string, calls: TrialCalls): Promise<Outcome> {
  const namespace = pod.split("/")[0]!;
  let since = joins ? null : begun;
  for (let look = 0, now = begun; ; look++) {
    now = await calls.advance(LOOKS_US[look] ?? LOOK_US);
    const mine = (await calls.pods(namespace)).filter(isMine);
    const bound = mine.find((one) => one.spec.nodeName);
    if (bound) return { kind: "bound", pod: keyOf(bound, namespace), node: bound.spec.nodeName!, message: "", at: now };
    const nominated = mine.some((one) => one.status?.nominatedNodeName);
    if (since === null && (await calls.ready(joins))) since = now;
    const patient = now - (since ?? begun) < (since === null ? PATIENCE_JOIN_US : nominated ? PATIENCE_NOMINATED_US : PATIENCE_US);
    const refused = nominated || (joins && patient) ? undefined : await refusalOf(mine.map((one) => keyOf(one, namespace)), begun, calls);
    if (refused) return { kind: "refused", pod: refused.pod, node: "", message: refused.message, at: refused.at };
    if (!patient) return { kind: mine.length ? "waits" : "gone", pod, node: "", message: "", at: now };
  }
}

const keyOf = (pod: KubePod, namespace: string): string => `${pod.metadata.namespace ?? namespace}/${pod.metadata.name}`;

async function refusalOf(pods: readonly string[], since: number, calls: TrialCalls): Promise<Tried | undefined> {
  return (await calls.decided()).find((one) => pods.includes(one.pod) && one.at > since && one.node === null);
}

const RESOURCES: Record<string, string> = { Deployment: "deployment", ReplicaSet: "replicaset", ReplicationController: "replicationcontroller", StatefulSet: "statefulset", DaemonSet: "daemonset" };
/** Workloads that bring their pods to a new template by themselves. */
const ROLLING = ["Deployment", "StatefulSet", "DaemonSet"];
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** A change as what one would type. Of a pod that nobody makes again the pod itself is made again. */
export function stepsOf(change: Change, pod: KubePod, owner: Owner | null): Carried[] {
  if (change.id === "fit.add-node") return [{ machine: machineOf(change.params) }];
  const resource = owner && RESOURCES[owner.kind];
  // Of a template only the request is written: the pod's containers have more than its template, the mount of its token.
  if (change.id === "fit.lower-request" && resource) return [{ line: `kubectl set resources ${resource} ${owner.name} -c ${text(change.params.container)} --requests=${text(change.params.resource)}=${text(change.params.container_quantity)}` }, ...replaced(pod, owner)];
  const fields = fieldsOf(change, pod.spec);
  if (fields === null) return linesOf(change).map((line) => ({ line }));
  if (resource) return [{ line: patchOf(resource, owner.name, fields) }, ...replaced(pod, owner)];
  return [{ line: `kubectl delete pod ${pod.metadata.name}` }, { manifest: JSON.stringify(madeAgain(pod, fields)) }];
}

/** Who does not replace its pods by itself makes a new one when the old one goes. */
const replaced = (pod: KubePod, owner: Owner): Carried[] => (ROLLING.includes(owner.kind) ? [] : [{ line: `kubectl delete pod ${pod.metadata.name} --wait=false` }]);

const machineOf = (params: Fields): NewMachine => ({ name: text(params.name), cpu: text(params.cpu), memory: text(params.memory), labels: (params.labels ?? {}) as Record<string, string> });

const patchOf = (resource: string, name: string, fields: Fields): string => `kubectl patch ${resource} ${name} --type=merge -p '${JSON.stringify({ spec: { template: { spec: fields } } }).replaceAll("'", "'\\''")}'`;

/** The lines of kubectl that carry out a change of a node or the departure of pods. */
export function linesOf({ id, params }: Change): string[] {
  const node = text(params.node);
  if (id === "fit.remove-taint") return [`kubectl taint nodes ${node} ${text(params.key)}:${text(params.effect)}-`];
  if (id === "fit.add-label") return [`kubectl label nodes ${node} ${text(params.key)}=${text(params.value)} --overwrite`];
  if (id === "fit.remove-label") return [`kubectl label nodes ${node} ${text(params.key)}-`];
  if (id === "fit.uncordon") return [`kubectl uncordon ${node}`];
  if (id === "fit.delete-pods" || id === "fit.delete-lower-pods") return podsOf(params).map(([namespace, name]) => `kubectl delete pod ${name} -n ${namespace} --wait=false`);
  return [];
}

function podsOf(params: Fields): [string, string][] {
  const pods = Array.isArray(params.pods) ? params.pods.map(String) : [];
  return pods.map((one) => one.split("/") as [string, string]);
}

/** The fields of the pod's spec that a change gives other values; null for a change that is not of the pod. */
export function fieldsOf({ id, params }: Change, spec: PodSpec): Fields | null {
  if (id === "fit.add-toleration") {
    const value = text(params.value);
    const toleration = { key: text(params.key), effect: text(params.effect), ...(value ? { operator: "Equal", value } : { operator: "Exists" }) };
    return { tolerations: [...(spec.tolerations ?? []), toleration] };
  }
  if (id === "fit.lower-request") return { containers: spec.containers.map((one) => (one.name === params.container ? { ...one, resources: { ...one.resources, requests: { ...one.resources?.requests, [text(params.resource)]: text(params.container_quantity) } } } : one)) };
  if (id === "fit.drop-spread") return { topologySpreadConstraints: without(spec.topologySpreadConstraints ?? [], (one) => one.topologyKey === params.key && one.whenUnsatisfiable === "DoNotSchedule") };
  if (id === "fit.drop-affinity") return { affinity: withoutTerm(spec, "podAffinity", params.key) };
  if (id === "fit.drop-anti-affinity") return { affinity: withoutTerm(spec, "podAntiAffinity", params.key) };
  return id === "fit.drop-node-name" ? { nodeName: null } : null;
}

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

function withoutTerm(spec: PodSpec, kind: string, key: unknown): Fields {
  const rules = spec.affinity?.[kind] ?? {};
  const terms = (rules[REQUIRED] as Fields[] | undefined) ?? [];
  return { ...spec.affinity, [kind]: { ...rules, [REQUIRED]: without(terms, (term) => term.topologyKey === key) } };
}

/** The list without the first that is meant. */
function without(list: readonly Fields[], meant: (one: Fields) => boolean): Fields[] {
  const at = list.findIndex(meant);
  return list.filter((_, index) => index !== at);
}

/** What the server adds to a pod is left out of one that is made again. */
const SERVERS = ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"];

/** The pod as one would write it, with other fields. */
function madeAgain(pod: KubePod, fields: Fields): Fields {
  const metadata = Object.fromEntries(Object.entries(pod.metadata).filter(([name]) => !SERVERS.includes(name)));
  const spec = Object.fromEntries(Object.entries({ ...pod.spec, nodeName: null, ...fields }).filter(([, value]) => value !== null));
  return { apiVersion: "v1", kind: "Pod", metadata, spec };
}

/** Changes of the pod: it, or the template that it is made of, is written anew. */
const OF_THE_POD = ["fit.add-toleration", "fit.lower-request", "fit.drop-spread", "fit.drop-affinity", "fit.drop-anti-affinity", "fit.drop-node-name"];

/** How a change can be tried by a click: by lines, by writing the pod or its template anew; null: it says only what is missing. */
export function wayOf(change: Change, owner: Owner | null): "lines" | "template" | "again" | "join" | null {
  if (change.id === "fit.add-node") return "join";
  if (linesOf(change).length) return "lines";
  if (!OF_THE_POD.includes(change.id) || (change.id === "fit.lower-request" && !change.params.container)) return null;
  // Pods of a DaemonSet have an affinity of their own, to their node, which is not the template's.
  if (owner?.kind === "DaemonSet" && change.id.endsWith("affinity")) return null;
  return owner === null ? "again" : RESOURCES[owner.kind] ? "template" : null;
}

export interface NewMachine {
  name: string;
  cpu: string;
  memory: string;
  labels: Record<string, string>;
}

export type Carried = { line: string } | { manifest: string } | { machine: NewMachine };

async function carryOut(step: Carried, namespace: string, calls: TrialCalls): Promise<void> {
  if ("line" in step) await calls.kubectl(step.line, namespace);
  else if ("manifest" in step) await calls.apply(step.manifest);
  else await calls.join(step.machine);
}

/** The workload that makes a pod, and makes it again: what a change of the template goes to. */
export interface Owner {
  kind: string;
  name: string;
}

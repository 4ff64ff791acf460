/** What is selected, as an address that can be put into a link: "pod/default/web-x", "node/node-1", "component/apiserver", "event/1284". */
import type { ComponentCard, Keyframe, NodeCard, PodCard, ServiceCard, StorageCard, TraceCard, WorkloadCard } from "./protocol";

export type Selected =
  | { type: "pod"; pod: PodCard }
  | { type: "workload"; workload: WorkloadCard }
  | { type: "service"; service: ServiceCard }
  | { type: "node"; node: NodeCard }
  | { type: "claim"; claim: StorageCard }
  | { type: "component"; component: ComponentCard }
  | { type: "event"; entry: TraceCard }
  | { type: "gone"; key: string };

export const keyOfPod = (pod: PodCard): string => `pod/${pod.namespace}/${pod.name}`;
export const keyOfWorkload = (one: WorkloadCard): string => `${one.kind.toLowerCase()}/${one.namespace}/${one.name}`;
export const keyOfService = (one: ServiceCard): string => `service/${one.namespace}/${one.name}`;
export const keyOfClaim = (one: { namespace: string; name: string }): string => `persistentvolumeclaim/${one.namespace}/${one.name}`;
export const keyOfNode = (name: string): string => `node/${name}`;
export const keyOfComponent = (name: string): string => `component/${name}`;
export const keyOfEvent = (entry: { number: number }): string => `event/${entry.number}`;

/** Several entries can be of one event: what they tell makes the difference. */
export const sameEntry = (a: Told, b: Told): boolean => a.number === b.number && a.id === b.id && a.actor === b.actor && JSON.stringify(a.params) === JSON.stringify(b.params);
export type Told = Pick<TraceCard, "number" | "id" | "actor" | "params">;

/** The resource of the API that an object's address belongs to. */
export const RESOURCES: Record<string, string> = {
  pod: "pods",
  node: "nodes",
  service: "services",
  deployment: "deployments.apps",
  replicaset: "replicasets.apps",
  replicationcontroller: "replicationcontrollers",
  statefulset: "statefulsets.apps",
  daemonset: "daemonsets.apps",
  job: "jobs.batch",
  cronjob: "cronjobs.batch",
  persistentvolumeclaim: "persistentvolumeclaims",
};

/** `told` says which of several entries of the selected event is meant; without it the first. */
export function resolve(key: string, keyframe: Keyframe, trace: readonly TraceCard[], told: Told | null = null): Selected | null {
  if (!key) return null;
  const meant = told && keyOfEvent(told) === key ? trace.find((entry) => sameEntry(entry, told)) : undefined;
  if (meant) return { type: "event", entry: meant };
  const [type, ...rest] = key.split("/");
  const path = rest.join("/");
  const found = find(type!, path, keyframe, trace);
  return found ?? { type: "gone", key };
}

function find(type: string, path: string, keyframe: Keyframe, trace: readonly TraceCard[]): Selected | null {
  const named = (one: { namespace: string; name: string }): boolean => `${one.namespace}/${one.name}` === path;
  if (type === "pod") return wrap(Object.values(keyframe.pods).find(named), (pod) => ({ type: "pod", pod }));
  if (type === "service") return wrap(Object.values(keyframe.services).find(named), (service) => ({ type: "service", service }));
  if (type === "node") return wrap(keyframe.nodes[path], (node) => ({ type: "node", node }));
  if (type === "persistentvolumeclaim") return wrap(Object.values(keyframe.claims ?? {}).find(named), (claim) => ({ type: "claim", claim }));
  if (type === "component") return wrap(keyframe.components[path], (component) => ({ type: "component", component }));
  if (type === "event") return wrap(trace.find((entry) => entry.number === Number(path)), (entry) => ({ type: "event", entry }));
  const workload = Object.values(keyframe.workloads).find((one) => one.kind.toLowerCase() === type && named(one));
  return wrap(workload, (one) => ({ type: "workload", workload: one }));
}

const wrap = <T>(value: T | undefined, make: (value: T) => Selected): Selected | null => (value === undefined ? null : make(value));

/** The claims that a pod mounts. */
export const claimsOf = (keyframe: Keyframe, namespace: string, pod: string): StorageCard[] => Object.values(keyframe.claims ?? {}).filter((one) => one.namespace === namespace && one.users.includes(pod));

/** What uses a thing: the Services in front of a pod, the children of a workload, the endpoints of a Service, the pods of a node. */
export function usersOf(selected: Selected, keyframe: Keyframe): string[] {
  const pods = Object.values(keyframe.pods);
  if (selected.type === "pod") {
    const { ip, name, namespace } = selected.pod;
    const services = Object.values(keyframe.services).filter((one) => one.endpoints.some((end) => end.ip === ip));
    return [...services.map(keyOfService), ...claimsOf(keyframe, namespace, name).map(keyOfClaim)];
  }
  if (selected.type === "claim") return pods.filter((pod) => pod.namespace === selected.claim.namespace && selected.claim.users.includes(pod.name)).map(keyOfPod);
  if (selected.type === "service") return pods.filter((pod) => selected.service.endpoints.some((end) => end.ip === pod.ip)).map(keyOfPod);
  if (selected.type === "node") return pods.filter((pod) => pod.node === selected.node.name).map(keyOfPod);
  if (selected.type !== "workload") return [];
  const { uid } = selected.workload;
  return [...Object.values(keyframe.workloads).filter((one) => one.owner === uid).map(keyOfWorkload), ...pods.filter((pod) => pod.owner === uid).map(keyOfPod)];
}

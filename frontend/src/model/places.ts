/** Pods that have a place of their own: the ordinals of a StatefulSet with their claims, the nodes of a DaemonSet. */
import type { ClaimCard, NodeCard, PodCard, Text, WorkloadCard } from "../protocol";

export interface Ordinal {
  ordinal: number;
  name: string;
  pod: PodCard | null;
  /** Whether the set wants it: an ordinal beyond its replicas is on its way out, or only its claims are left. */
  wanted: boolean;
  /** Whether its pod is of the newest revision; null without a pod. */
  updated: boolean | null;
  claims: ClaimCard[];
}

const MOST = 60;

/** The ordinals of a set in order, those with claims or pods only included; beyond sixty the ordinary ones are left out. */
export function ordinalsOf(set: WorkloadCard, pods: readonly PodCard[]): { shown: Ordinal[]; more: number } {
  const part = set.stateful!;
  const byOrdinal = new Map<number, PodCard>();
  for (const pod of pods) byOrdinal.set(ordinalOf(set.name, pod.name), pod);
  const claims = new Map<number, ClaimCard[]>();
  for (const claim of part.claims) claims.set(claim.ordinal, [...(claims.get(claim.ordinal) ?? []), claim]);
  const numbers = new Set([...Array.from({ length: set.desired }, (_, index) => part.start + index), ...byOrdinal.keys(), ...claims.keys()]);
  const all = [...numbers].filter((one) => one >= 0).sort((a, b) => a - b).map((ordinal): Ordinal => {
    const pod = byOrdinal.get(ordinal) ?? null;
    const wanted = ordinal >= part.start && ordinal < part.start + set.desired;
    return { ordinal, name: `${set.name}-${ordinal}`, pod, wanted, updated: pod ? pod.revision === set.revision : null, claims: claims.get(ordinal) ?? [] };
  });
  return foremost(all, (one) => one.wanted && one.pod?.status === "ready" && one.claims.every((claim) => claim.phase === "Bound"));
}

const ordinalOf = (set: string, pod: string): number => (pod.startsWith(`${set}-`) && /^\d+$/.test(pod.slice(set.length + 1)) ? Number(pod.slice(set.length + 1)) : -1);

export interface NodeSlot {
  node: string;
  pod: PodCard | null;
  /** Whether there is more than one pod on it while one replaces the other. */
  surge: PodCard | null;
  updated: boolean | null;
  refused: Text | null;
}

const NUMERIC = new Intl.Collator("en", { numeric: true });

/** A slot per node: its pod, that one is missing, or why the set passes it over. Beyond sixty the ordinary ones are left out. */
export function nodeSlots(set: WorkloadCard, pods: readonly PodCard[], nodes: Record<string, NodeCard>): { shown: NodeSlot[]; more: number } {
  const part = set.daemon!;
  const refused = new Map(part.refused.flatMap((group) => group.nodes.map((node) => [node, group.reason] as const)));
  const there = new Map<string, PodCard[]>();
  for (const pod of pods) if (pod.node) there.set(pod.node, [...(there.get(pod.node) ?? []), pod]);
  const unnamed = part.refused.some((group) => group.count > group.nodes.length);
  const names = [...new Set([...Object.keys(nodes), ...there.keys()])].filter((name) => !unnamed || there.has(name) || refused.has(name));
  const all = names.sort(NUMERIC.compare).map((node): NodeSlot => {
    const [newest = null, older = null] = [...(there.get(node) ?? [])].sort((a, b) => b.created - a.created);
    return { node, pod: newest, surge: older, updated: newest && part.revision ? newest.revision === part.revision : null, refused: refused.get(node) ?? null };
  });
  return foremost(all, (one) => one.pod?.status === "ready" || (one.refused !== null && one.pod === null));
}

/** Exceptions first: of many those that are not as they should be stay, and as many of the others as there is room for. */
function foremost<T>(all: readonly T[], ordinary: (one: T) => boolean): { shown: T[]; more: number } {
  if (all.length <= MOST) return { shown: [...all], more: 0 };
  const kept = new Set([...all.filter((one) => !ordinary(one)), ...all.filter(ordinary)].slice(0, MOST));
  return { shown: all.filter((one) => kept.has(one)), more: all.length - kept.size };
}

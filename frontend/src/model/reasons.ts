/** A plugin's refusal in upstream's words, read: which sentence of ours says it plainly, with what in it. Pure. */

export interface Plain {
  /** Catalogue key after "reason.". */
  id: string;
  params: Record<string, string>;
}

/** Upstream's words, and the sentence that says the same. Groups of a pattern are the sentence's parameters, in order. */
const READINGS: readonly [RegExp, string, ...string[]][] = [
  [/^Insufficient (.+)$/, "insufficient", "resource"],
  [/^Too many pods$/, "too-many-pods"],
  [/^node\(s\) had untolerated taint \{(.+?)(?:: (.*))?\}$/, "taint", "taint", "value"],
  [/^node\(s\) had untolerated taint\(s\)$/, "taints"],
  [/^node\(s\) were unschedulable$/, "cordoned"],
  [/^node\(s\) didn't match Pod's node affinity\/selector$/, "node-affinity"],
  [/^node\(s\) didn't match scheduler-enforced node affinity$/, "added-affinity"],
  [/^node\(s\) didn't match the requested node name$/, "node-name"],
  [/^node\(s\) didn't have free ports for the requested pod ports$/, "ports"],
  [/^node\(s\) didn't match pod topology spread constraints \(missing required label\)$/, "spread-label"],
  [/^node\(s\) didn't match pod topology spread constraints$/, "spread"],
  [/^node\(s\) didn't match pod affinity rules$/, "pod-affinity"],
  [/^node\(s\) didn't match pod anti-affinity rules$/, "pod-anti-affinity"],
  [/^node\(s\) didn't satisfy existing pods anti-affinity rules$/, "existing-anti-affinity"],
  [/^node\(s\) had volume node affinity conflict$/, "volume-affinity"],
  [/^node\(s\) didn't match PersistentVolume's node affinity$/, "volume-affinity"],
  [/^node\(s\) didn't find available persistent volumes to bind$/, "no-volume"],
  [/^node\(s\) did not have enough free storage$/, "storage"],
  [/^node\(s\) exceed max volume count$/, "volume-limit"],
  [/^node\(s\) had no available volume zone$/, "volume-zone"],
  [/^pod has unbound immediate PersistentVolumeClaims.*$/, "unbound-claim"],
  [/^persistentvolumeclaim "(.+)" not found.*$/, "no-claim", "claim"],
  [/^node\(s\) unavailable due to one or more pvc\(s\) bound to non-existent pv\(s\)$/, "lost-volume"],
  [/^node\(s\) didn't satisfy plugin\(s\) \[(.+)\]$/, "plugins", "plugins"],
];

export function plain(words: string): Plain {
  for (const [pattern, id, ...names] of READINGS) {
    const found = pattern.exec(words);
    if (found) return { id, params: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""])) };
  }
  return { id: "other", params: { words } };
}

/** One count of a FailedScheduling message: "2 Insufficient cpu". */
export interface Counted {
  count: number;
  reason: string;
}

/** What a FailedScheduling message says of the nodes: how many there are, and for what reason how many were refused. */
export function readMessage(message: string): { nodes: number; counted: Counted[] } | null {
  const found = /^\d+\/(\d+) nodes are available: (.*?)\.(?: preemption: .*)?$/.exec(message);
  if (!found) return null;
  const counted = [...found[2]!.matchAll(/(\d+) (.+?)(?=, \d+ |$)/g)].map(([, count, reason]) => ({ count: Number(count), reason: reason! }));
  return { nodes: Number(found[1]), counted };
}

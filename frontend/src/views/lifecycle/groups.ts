/** Lanes in groups, by who owns the pods or by where they run; within a group the oldest first. */
import { t } from "../../i18n/index.svelte";
import { steady, type LaneGroup } from "../../layout/lifecycle";
import type { Lane } from "../../model/lifecycle";
import type { Keyframe, WorkloadCard } from "../../protocol";

/** "namespace/name" of a workload by its uid, "" for none. */
export function ownerNames(keyframe: Keyframe): (uid: string) => string {
  return (uid) => (keyframe.workloads[uid] ? nameOf(keyframe.workloads[uid]) : "");
}

const nameOf = (one: WorkloadCard): string => `${one.namespace}/${one.name}`;

/** `before`: the groups as they were, whose lists of lanes are kept where nothing has changed. */
export function laneGroups(lanes: readonly Lane[], keyframe: Keyframe, by: "owner" | "node", before: readonly LaneGroup[] = []): LaneGroup[] {
  const known = new Map(before.map((group) => [group.key, group.lanes]));
  return (by === "owner" ? byOwner(lanes, keyframe) : byNode(lanes, keyframe)).map((group) => ({ ...group, lanes: steady(known.get(group.key), group.lanes) }));
}

const NUMERIC = new Intl.Collator("en", { numeric: true });

function byOwner(lanes: readonly Lane[], keyframe: Keyframe): LaneGroup[] {
  const owners = new Map(Object.values(keyframe.workloads).filter((one) => one.kind !== "Deployment").map((one) => [nameOf(one), one]));
  return grouped(lanes, (lane) => ownerKey(lane, owners))
    .sort(([a], [b]) => Number(a === "") - Number(b === ""))
    .map(([name, mine]) => ({ key: name || "none", title: name === "" ? t("lifecycle.others") : name.split("/").at(-1)!, about: aboutOwner(name, owners.get(name)), lanes: mine }));
}

/** The owner of a pod that is gone is told by its name; that of an Indexed Job's has its index between the two. */
function ownerKey(lane: Lane, owners: ReadonlyMap<string, WorkloadCard>): string {
  const shorter = lane.owner.replace(/-\d+$/, "");
  return !owners.has(lane.owner) && owners.get(shorter)?.kind === "Job" ? shorter : lane.owner;
}

function aboutOwner(name: string, owner: WorkloadCard | undefined): string {
  if (name === "") return t("lifecycle.no-owner");
  if (!owner) return t("lifecycle.owner-absent");
  const { kind, revision, ready, desired } = owner;
  if (owner.job) return t("text.job", { kind, name: owner.name, ready: owner.available, desired });
  return revision ? t("lifecycle.owner-revision", { kind, revision, ready, desired }) : t("lifecycle.owner", { kind, ready, desired });
}

function byNode(lanes: readonly Lane[], keyframe: Keyframe): LaneGroup[] {
  return grouped(lanes, (lane) => lane.node)
    .sort(([a], [b]) => Number(a === "") - Number(b === "") || NUMERIC.compare(a, b))
    .map(([node, mine]) => ({ key: `node ${node}`, title: node || t("lifecycle.no-node"), about: keyframe.nodes[node] ? `${keyframe.nodes[node].ip}, ${t(`node.${keyframe.nodes[node].ready}`)}` : "", lanes: mine }));
}

function grouped(lanes: readonly Lane[], keyOf: (lane: Lane) => string): [string, Lane[]][] {
  const groups = new Map<string, Lane[]>();
  const begun = (lane: Lane): number => lane.segments[0]?.from ?? 0;
  for (const lane of [...lanes].sort((a, b) => begun(a) - begun(b) || (a.name < b.name ? -1 : 1))) {
    const key = keyOf(lane);
    const group = groups.get(key);
    if (group) group.push(lane);
    else groups.set(key, [lane]);
  }
  return [...groups];
}

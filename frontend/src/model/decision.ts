/** One scheduling decision as the server explains it (`Cluster.decision`), and what the view reads off it. Pure. */
import type { Change } from "./trial";

export interface NodeVerdict {
  name: string;
  feasible: boolean;
  /** Who refused the node; null for one that fits. */
  plugin: string | null;
  reasons: string[];
  raw: Record<string, number>;
  normalized: Record<string, number>;
  weighted: Record<string, number>;
  total: number;
}

export interface PluginVerdict {
  plugin: string;
  status: string;
  reasons: string[];
  /** How many nodes the plugin left to look at; null: all. */
  nodes: number | null;
}

export interface Candidate {
  node: string;
  victims: string[];
  pdb_violations: number;
  highest_priority: number;
  sum: number;
  /** RFC 3339; "" when it has not started. */
  earliest_start: string;
}

export interface Preemption {
  helpful: boolean;
  message: string;
  candidates: Candidate[];
  chosen: string | null;
}

export interface Step {
  point: string;
  [fact: string]: unknown;
}

export interface Refusal {
  plugin: string;
  reason: string;
  count: number;
}

export interface Decision {
  pod: string;
  at: number;
  attempt: number;
  scheduler: string;
  node: string | null;
  message: string;
  pre_filter: PluginVerdict[];
  nodes: NodeVerdict[];
  counts: { nodes: number; feasible: number; looked_at: number };
  reasons: Refusal[];
  weights: Record<string, number>;
  tied: string[];
  drawn: string | null;
  preemption: Preemption | null;
  steps: Step[];
  /** By refused node: single changes that would make the pod fit there. */
  suggestions?: Record<string, Change[]>;
}

/** The extension points of the framework in the order in which a pod goes through them, with the two that are ours to show: what becomes of a score. */
export const POINTS = ["PreFilter", "Filter", "PostFilter", "PreScore", "Score", "Normalize", "Weight", "Reserve", "Permit", "Bind"] as const;
export type Point = (typeof POINTS)[number];

/** done: it had its say; refused: the pod went no further; skipped: there was nothing to ask. */
export type PointState = "done" | "refused" | "skipped";

export interface Stage {
  point: Point;
  state: PointState;
}

const SCORING: readonly Point[] = ["PreScore", "Score", "Normalize", "Weight"];
const BINDING: readonly Point[] = ["Reserve", "Permit", "Bind"];

/** What happened at each extension point of a decision. */
export function stagesOf(decision: Decision): Stage[] {
  const reached = new Set(decision.steps.map((step) => step.point));
  const scored = decision.nodes.some((row) => Object.keys(row.weighted).length > 0);
  const state = (point: Point): PointState => {
    if (point === "PreFilter") return stopper(decision) ? "refused" : "done";
    if (point === "Filter") return !looked(decision) ? "skipped" : decision.counts.feasible === 0 ? "refused" : "done";
    if (point === "PostFilter") return decision.node !== null || !reached.has(point) ? "skipped" : decision.preemption?.helpful ? "done" : "refused";
    if (SCORING.includes(point)) return scored ? "done" : "skipped";
    return BINDING.includes(point) && decision.node !== null ? "done" : "skipped";
  };
  return POINTS.map((point) => ({ point, state: state(point) }));
}

/** The plugin that refused the pod before any node was looked at, null if none did. */
export const stopper = (decision: Decision): PluginVerdict | null => decision.pre_filter.find((one) => one.status !== "Success" && one.status !== "Skip") ?? null;

/** Whether nodes were looked at one by one: a refusal before that, or an empty cluster, leaves none to look at. */
const looked = (decision: Decision): boolean => stopper(decision) === null && askedNodes(decision) > 0;

/** How many nodes were asked: of a pod for which preemption has cleared a node that one alone, if it fits. */
export const askedNodes = ({ counts }: Decision): number => counts.looked_at || counts.feasible;

/** Whether the node that was nominated for the pod was asked first, and fitted. */
export const byNomination = (decision: Decision): boolean => decision.node !== null && decision.counts.looked_at === 0;

/** The plugins that scored, those with the largest say first: by how far apart they put the nodes, then by their weight. */
export function scorersOf(decision: Decision): string[] {
  const rows = decision.nodes.filter((row) => row.feasible);
  const scored = Object.keys(decision.weights).filter((plugin) => rows.some((row) => plugin in row.weighted));
  const spread = new Map(scored.map((plugin) => [plugin, spreadOf(rows, plugin)]));
  return scored.sort((a, b) => spread.get(b)! - spread.get(a)! || decision.weights[b]! - decision.weights[a]! || (a < b ? -1 : 1));
}

const spreadOf = (rows: readonly NodeVerdict[], plugin: string): number => {
  const scores = rows.map((row) => row.weighted[plugin] ?? 0);
  return Math.max(...scores) - Math.min(...scores);
};

/** The plugins that refused nodes, the one with most nodes first. A node is refused by the first plugin that says no. */
export function refusersOf(decision: Decision): string[] {
  const counts = new Map<string, number>();
  for (const { plugin, count } of decision.reasons) counts.set(plugin, Math.max(counts.get(plugin) ?? 0, count));
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([plugin]) => plugin);
}

/** Nodes that were refused for one reason: all of them counted, those that the server told of listed, the nearest to fitting first. */
export interface Group extends Refusal {
  key: string;
  rows: NodeVerdict[];
}

export function groupsOf(decision: Decision): Group[] {
  const nearest = decision.nodes.filter((row) => !row.feasible).sort((a, b) => a.reasons.length - b.reasons.length || order(a.name, b.name));
  return decision.reasons.map((one) => ({
    ...one,
    key: `${one.plugin}: ${one.reason}`,
    rows: nearest.filter((row) => row.plugin === one.plugin && row.reasons.includes(one.reason)),
  }));
}

const NUMERIC = new Intl.Collator("en", { numeric: true });
const order = (a: string, b: string): number => NUMERIC.compare(a, b);

/** A row under weights that the reader tries: the same scores, other totals. */
export interface Rescored {
  row: NodeVerdict;
  total: number;
  /** Whether no other node has more. */
  best: boolean;
}

/** The nodes that fit by their total under `weights`, the best first; with the scheduler's own weights these are its totals. */
export function rescored(decision: Decision, weights: Record<string, number>): Rescored[] {
  const total = (row: NodeVerdict): number => Object.entries(row.normalized).reduce((sum, [plugin, score]) => sum + score * (weights[plugin] ?? 0), 0);
  const rows = decision.nodes.filter((row) => row.feasible).map((row) => ({ row, total: total(row) }));
  const highest = Math.max(...rows.map((one) => one.total));
  return rows.map((one) => ({ ...one, best: one.total === highest })).sort((a, b) => b.total - a.total || Number(b.row.name === decision.node) - Number(a.row.name === decision.node) || order(a.row.name, b.row.name));
}

/** By how much a plugin put a node behind (or, negative, before) the chosen one. */
export interface Gap {
  plugin: string;
  behind: number;
}

/** Why a node that fits was not chosen: what it lost against the chosen one, plugin by plugin, the largest loss first. */
export function gapsOf(row: NodeVerdict, chosen: NodeVerdict): Gap[] {
  const plugins = Object.keys(chosen.weighted);
  return plugins
    .map((plugin) => ({ plugin, behind: (chosen.weighted[plugin] ?? 0) - (row.weighted[plugin] ?? 0) }))
    .filter((gap) => gap.behind !== 0)
    .sort((a, b) => b.behind - a.behind || (a.plugin < b.plugin ? -1 : 1));
}

export const rowOf = (decision: Decision, node: string): NodeVerdict | null => decision.nodes.find((row) => row.name === node) ?? null;

/** The node that a reader would ask about first: the chosen one, else the one that is nearest to fitting. */
export function firstNode(decision: Decision): string {
  if (decision.node !== null) return decision.node;
  return groupsOf(decision).flatMap((group) => group.rows).sort((a, b) => a.reasons.length - b.reasons.length)[0]?.name ?? "";
}

/** The changes that would make the pod fit on a node, or ("") on the nearest; those that are enough by themselves first. */
export function suggestionsOf(decision: Decision, node: string): Change[] {
  const { "": anywhere = [], ...all } = decision.suggestions ?? {};
  const name = node || Object.keys(all).find((one) => all[one]!.some((change) => change.sufficient)) || Object.keys(all)[0] || "";
  const changes = (all[name] ?? []).map((change) => ({ ...change, params: { node: name, ...change.params } }));
  return [...changes.sort((a, b) => Number(b.sufficient) - Number(a.sufficient)), ...anywhere];
}

/** "NodeResourcesFit" may be broken between its words. */
export const humps = (plugin: string): string[] => plugin.split(/(?=[A-Z])/);

/** Decisions in the form in which the server tells them. */
import type { Decision, NodeVerdict } from "../src/model/decision";

const scored = (name: string, scores: Record<string, [raw: number, normalized: number]>, weights: Record<string, number>): NodeVerdict => {
  const pick = (of: (raw: number, normalized: number, plugin: string) => number): Record<string, number> => Object.fromEntries(Object.entries(scores).map(([plugin, [raw, normalized]]) => [plugin, of(raw, normalized, plugin)]));
  const weighted = pick((_, normalized, plugin) => normalized * weights[plugin]!);
  return { name, feasible: true, plugin: null, reasons: [], raw: pick((raw) => raw), normalized: pick((_, normalized) => normalized), weighted, total: Object.values(weighted).reduce((a, b) => a + b, 0) };
};
export const refused = (name: string, plugin: string, ...reasons: string[]): NodeVerdict => ({ name, feasible: false, plugin, reasons, raw: {}, normalized: {}, weighted: {}, total: 0 });

const WEIGHTS = { TaintToleration: 3, NodeAffinity: 2, NodeResourcesFit: 1, NodeResourcesBalancedAllocation: 1, ImageLocality: 1 };
const scores = (fit: number, balanced: number, image: number): Record<string, [number, number]> => ({ TaintToleration: [0, 100], NodeResourcesFit: [fit, fit], NodeResourcesBalancedAllocation: [balanced, balanced], ImageLocality: [image, image] });

/** Four nodes: two fit and tie, one is behind, the control plane is tainted. */
export const BOUND: Decision = {
  pod: "default/web-1", at: 1_000_000, attempt: 1, scheduler: "default-scheduler", node: "node-2", message: "",
  pre_filter: [{ plugin: "NodeResourcesFit", status: "Success", reasons: [], nodes: null }],
  nodes: [scored("node-1", scores(70, 90, 0), WEIGHTS), scored("node-2", scores(75, 85, 0), WEIGHTS), scored("node-3", scores(40, 95, 10), WEIGHTS), refused("control-plane", "TaintToleration", "node(s) had untolerated taint(s)")],
  counts: { nodes: 4, feasible: 3, looked_at: 4 },
  reasons: [{ plugin: "TaintToleration", reason: "node(s) had untolerated taint(s)", count: 1 }],
  weights: WEIGHTS, tied: ["node-1", "node-2"], drawn: "node-2", preemption: null,
  steps: [{ point: "PreFilter", plugins: ["NodeResourcesFit"] }, { point: "Filter", looked_at: 4, feasible: 3 }, { point: "Score", plugins: Object.keys(WEIGHTS), tied: 2 }, { point: "Reserve", node: "node-2" }, { point: "Bind", node: "node-2" }],
};

/** Nothing fits: too large for two nodes, in two ways for one of them, a taint on the third. */
export const STUCK: Decision = {
  pod: "default/big", at: 2_000_000, attempt: 3, scheduler: "default-scheduler", node: null,
  message: "0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
  pre_filter: [{ plugin: "NodeResourcesFit", status: "Success", reasons: [], nodes: null }],
  nodes: [refused("control-plane", "TaintToleration", "node(s) had untolerated taint(s)"), refused("node-1", "NodeResourcesFit", "Insufficient cpu", "Insufficient memory"), refused("node-2", "NodeResourcesFit", "Insufficient cpu")],
  counts: { nodes: 3, feasible: 0, looked_at: 3 },
  reasons: [{ plugin: "NodeResourcesFit", reason: "Insufficient cpu", count: 2 }, { plugin: "NodeResourcesFit", reason: "Insufficient memory", count: 1 }, { plugin: "TaintToleration", reason: "node(s) had untolerated taint(s)", count: 1 }],
  weights: WEIGHTS, tied: [], drawn: null,
  preemption: { helpful: false, message: "preemption: 0/3 nodes are available", candidates: [], chosen: null },
  steps: [{ point: "PreFilter", plugins: ["NodeResourcesFit"] }, { point: "Filter", looked_at: 3, feasible: 0 }, { point: "PostFilter", message: "…" }],
};

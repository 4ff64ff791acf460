/** What a decision says, in sentences. */
import { language, t, tn } from "../../i18n/index.svelte";
import { formatClock } from "../../model/clock";
import { askedNodes, byNomination, gapsOf, rescored, rowOf, stopper, type Decision, type NodeVerdict, type Stage } from "../../model/decision";
import { plain } from "../../model/reasons";
import { podName } from "./subject";

/** A moment of the run; what happened before its beginning happened while the cluster came up. */
export const when = (at: number): string => (at < 0 ? t("scheduler.at-boot") : formatClock(at));

const digits = (count: number): string => count.toLocaleString("en");

/** One sentence for the whole decision. */
export function headline(decision: Decision): string {
  const { counts, node, tied } = decision;
  const pod = podName(decision.pod);
  if (node === null && counts.feasible > 0) return t("scheduler.tie-open", { pod, count: tied.length, feasible: digits(counts.feasible), nodes: digits(counts.nodes) });
  if (node === null) return helped(decision) ? t("scheduler.preempts", { pod, node: decision.preemption?.chosen ?? "", nodes: digits(counts.nodes) }) : t(counts.nodes ? "scheduler.fits-nowhere" : "scheduler.no-nodes", { pod, nodes: digits(counts.nodes) });
  if (byNomination(decision)) return t("scheduler.nominated", { pod, node });
  if (counts.feasible === 1) return t("scheduler.only-node", { pod, node, nodes: digits(counts.nodes) });
  const total = rowOf(decision, node)?.total ?? 0;
  if (tied.length > 1) return t("scheduler.drawn", { pod, node, count: tied.length, total, feasible: digits(counts.feasible), nodes: digits(counts.nodes) });
  return t("scheduler.highest", { pod, node, total, feasible: digits(counts.feasible), nodes: digits(counts.nodes) });
}

const helped = (decision: Decision): boolean => decision.preemption?.helpful === true;

/** Why a node was refused, a plain sentence for each reason. */
export function refusalWords(row: NodeVerdict): { plain: string; words: string }[] {
  return row.reasons.map((words) => {
    const { id, params } = plain(words);
    return { plain: t(`reason.${id}`, { ...params, node: row.name, plugin: row.plugin ?? "" }), words };
  });
}

/** Why a node that fits was chosen, or was not. */
export function fitWords(decision: Decision, row: NodeVerdict): string {
  const { node } = decision;
  if (node === null) return t("why.fits-open", { node: row.name });
  if (byNomination(decision)) return t("why.nominated", { node });
  if (decision.counts.feasible === 1) return t("why.only", { node: row.name });
  const tied = decision.tied.length > 1 && decision.tied.includes(row.name);
  if (row.name === node) return tied ? t("why.drawn", { node, total: row.total, count: decision.tied.length }) : t("why.highest", { node, total: row.total });
  if (tied) return t("why.not-drawn", { node: row.name, chosen: node, total: row.total });
  const chosen = rowOf(decision, node);
  return t("why.behind", { node: row.name, total: row.total, chosen: node, best: chosen?.total ?? 0, behind: (chosen?.total ?? 0) - row.total });
}

/** By which plugins a node lost, the largest first: "NodeResourcesFit −35". */
export function gapWords(decision: Decision, row: NodeVerdict): string[] {
  const chosen = decision.node === null ? null : rowOf(decision, decision.node);
  if (!chosen || chosen.name === row.name) return [];
  return gapsOf(row, chosen).map(({ plugin, behind }) => t(behind > 0 ? "why.gap-behind" : "why.gap-before", { plugin, points: Math.abs(behind) }));
}

/** By how much the chosen node leads; "" where none is second, or the draw decided. */
export function leadWords(decision: Decision, row: NodeVerdict): string {
  const second = rescored(decision, decision.weights).find((one) => one.row.name !== row.name);
  return second && second.total < row.total ? t("why.lead", { lead: row.total - second.total, node: second.row.name }) : "";
}

/** A row as one sentence: what a screen reader says of it. */
export function rowWords(decision: Decision, row: NodeVerdict): string {
  return row.feasible ? fitWords(decision, row) : refusalWords(row).map((one) => one.plain).join(" ");
}

/** Why a node was refused, in a few words. */
export const shortWords = (row: NodeVerdict): string =>
  row.reasons
    .map((words) => plain(words))
    .map(({ id, params }) => t(`refused-by.${id}`, params))
    .join(", ");

/** What happened at an extension point, in a few words. */
export function stageWords(decision: Decision, stage: Stage): string {
  const { counts } = decision;
  if (stage.state === "skipped") return t("stage-of.skipped");
  if (stage.point === "PreFilter") return stage.state === "refused" ? t("stage-of.refused-by", { plugin: stopper(decision)?.plugin ?? "" }) : tn("stage-of.asked", decision.pre_filter.length);
  if (stage.point === "Filter") return t("stage-of.fit", { feasible: digits(counts.feasible), nodes: digits(askedNodes(decision)) });
  if (stage.point === "PostFilter") return decision.preemption?.chosen ? t("stage-of.preempts", { node: decision.preemption.chosen }) : t("stage-of.no-help");
  if (stage.point === "Weight") return decision.tied.length > 1 ? tn("stage-of.tied", decision.tied.length) : t("stage-of.best", { total: decision.node ? (rowOf(decision, decision.node)?.total ?? 0) : 0 });
  if (stage.point === "Reserve" || stage.point === "Bind") return decision.node ?? "";
  if (stage.point === "Permit") return t("stage-of.allowed");
  return tn("stage-of.scored", counts.feasible);
}

/** Several things as one list in the reader's language. */
export const listed = (words: readonly string[]): string => new Intl.ListFormat(language.current).format(words);

/** What wakes a pod that waits, in plain words; an event that this page does not know is shown as upstream calls it. */
export function wakeWords(event: string): string {
  const key = `wakes.${event.replace("/", ".")}`;
  const words = t(key);
  return words === key ? event : words;
}

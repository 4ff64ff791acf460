/** What a bar says, and whether there is room for it. */
import { t } from "../../i18n/index.svelte";
import type { Bar } from "../../layout/lifecycle";
import { formatSpan } from "../../model/clock";
import type { Lane } from "../../model/lifecycle";

const TIMED = ["pull", "init", "back-off", "sandbox", "starting", "terminating"];

export function wordsOf(bar: Bar): string {
  if (bar.phase === "ready" || bar.phase === "succeeded") return "";
  const word = t(`phase.${bar.phase}`);
  const span = bar.segment.planned ?? (bar.open ? null : bar.span);
  return span !== null && TIMED.includes(bar.phase) ? `${word} ${formatSpan(span)}` : word;
}

/** Width of a caption: Chinese letters are as wide as they are high. */
export const textWidth = (words: string): number => [...words].reduce((sum, letter) => sum + (letter > "\u2e80" ? 11 : 5.8), 0);

export function fits(bar: Bar, words: string): boolean {
  return words !== "" && bar.w >= 46 && textWidth(words) + 12 < bar.w;
}

/** Beside the end of a lane: "gone", or how short its life was. */
export function endWords(lane: Lane): string {
  const lived = (lane.ended ?? 0) - (lane.segments[0]?.from ?? 0);
  if (lane.segments.length === 1 && lane.segments[0]!.phase === "scheduling") return t("lifecycle.never-scheduled", { span: formatSpan(lived) });
  return lived < 2_000_000 ? t("lifecycle.gone-after", { span: formatSpan(lived) }) : t("status.gone");
}

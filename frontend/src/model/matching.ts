/** The entries of the trace that a filter lets through, kept up while the trace grows. Words are looked for in the sentences of a language. */
import { tell, type Lang } from "../i18n/catalog";
import type { TraceCard } from "../protocol";
import { matchesTrace, parseFilter } from "./filter";
import { entriesThat } from "./reading";

export function matching(text: string, lang: Lang): (trace: readonly TraceCard[]) => readonly TraceCard[] {
  if (!text.trim()) return (trace) => trace;
  const filter = parseFilter(text);
  const found = entriesThat((entry) => matchesTrace(filter, entry, tell(lang, entry.id, entry.params)));
  return (trace) => [...found.of(trace)];
}

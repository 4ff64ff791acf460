/** One filter language for every view: plain words and key:value pairs, all of which must hold. */
import type { PodCard, TraceCard } from "../protocol";

export interface Filter {
  words: string[];
  fields: { key: string; value: string; not: boolean }[];
}

export const POD_FIELDS = ["ns", "node", "status", "app", "name"] as const;
export const TRACE_FIELDS = ["actor", "id", "object"] as const;

export function parseFilter(text: string): Filter {
  const filter: Filter = { words: [], fields: [] };
  for (const part of text.trim().toLowerCase().replaceAll("：", ":").split(/\s+/).filter(Boolean)) {
    const match = /^(-?)([a-z]+):(.+)$/.exec(part);
    if (match) filter.fields.push({ not: match[1] === "-", key: match[2]!, value: match[3]! });
    else filter.words.push(part);
  }
  return filter;
}

/** Field names of a filter that nothing here has. */
export function unknownFields(filter: Filter, known: readonly string[]): string[] {
  return filter.fields.map((one) => one.key).filter((key) => !known.includes(key));
}

export function matchesPod(filter: Filter, pod: PodCard): boolean {
  const fields: Record<string, string> = { ns: pod.namespace, node: pod.node, status: pod.status, app: pod.app, name: pod.name };
  return matches(filter, fields, `${pod.namespace}/${pod.name} ${pod.node} ${pod.status} ${pod.ip}`);
}

export function matchesTrace(filter: Filter, entry: TraceCard, sentence: string): boolean {
  const fields: Record<string, string> = { actor: entry.actor, id: entry.id, object: String(entry.params.object ?? "") };
  return matches(filter, fields, `${entry.id} ${entry.actor} ${sentence} #${entry.number}`);
}

function matches(filter: Filter, fields: Record<string, string>, haystack: string): boolean {
  const text = haystack.toLowerCase();
  const holds = ({ key, value, not }: Filter["fields"][number]): boolean => {
    const field = fields[key];
    return field === undefined || field.toLowerCase().includes(value) !== not;
  };
  return filter.words.every((word) => text.includes(word)) && filter.fields.every(holds);
}

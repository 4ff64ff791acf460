/** Requests of clients outside to the run's Kubernetes API: kubectl, Helm, libraries, and the terminal of this page. */
import type { ClientSeen, Flight, TraceCard } from "../protocol";

export const SEEN_MAX = 200;

/** The requests with a new one at the end; `number` tells one that is there already. */
export function withSeen(requests: readonly ClientSeen[], seen: ClientSeen): ClientSeen[] {
  if (requests.some((one) => one.number === seen.number)) return [...requests];
  return [...requests, seen].sort((a, b) => (a.number ?? 0) - (b.number ?? 0)).slice(-SEEN_MAX);
}

/** The client's name: the first word of its User-Agent. */
export const clientOf = (seen: ClientSeen): string => (/\(terminal\)/.test(seen.agent) ? "terminal" : seen.agent.split(/[/ ]/)[0] || "–");

const LETTERS: Record<string, string> = { create: "C", update: "U", patch: "P", delete: "D", deletecollection: "D", get: "G", list: "L", watch: "W" };

/** A read as a dot on its way to the API server. Writes are in the log, and fly as the simulation sends them. */
export function flightOf(seen: ClientSeen): Flight | null {
  const letter = LETTERS[seen.verb];
  if (seen.write || letter === undefined) return null;
  return { number: 0, source: "kubectl", target: "apiserver", letter, label: [seen.resource, seen.name].filter(Boolean).join("/"), sent: seen.at, arrives: seen.at + 1000 };
}

/** The command of the trace that a write is, or undefined for a read, a dry run, or one that the page has no trace of. */
export function commandOf(seen: ClientSeen, trace: readonly TraceCard[]): TraceCard | undefined {
  return seen.command === null ? undefined : trace.findLast((entry) => entry.id === "command.given" && entry.params.kind === "request" && entry.params.index === seen.command);
}

/** Whether a request has to do with a text: any of its words. */
export function matches(seen: ClientSeen, filter: string): boolean {
  const text = `${seen.method} ${seen.path} ${seen.user} ${seen.agent} ${seen.code} ${seen.verb}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

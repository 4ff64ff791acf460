/** How far a request came through the API server's stages, read off its trace entry. */
import type { TraceCard } from "../protocol";

export const STAGES = ["authn", "authz", "mutate", "schema", "validate", "store"] as const;
const STOPPED_AT: Record<number, number> = { 401: 0, 403: 1, 400: 3, 415: 3, 422: 4, 404: 5, 409: 5, 410: 5, 429: 0, 503: 5 };

export const isRequest = (entry: TraceCard): boolean => entry.id === "api.request" || entry.id === "api.refused";

/** The number of stages passed, and whether the next one refused. The status code tells which stage speaks so. */
export function progressOf(entry: TraceCard | undefined): { passed: number; refused: boolean } {
  if (!entry) return { passed: 0, refused: false };
  const code = Number(entry.params.code ?? 200);
  return code < 400 ? { passed: STAGES.length, refused: false } : { passed: STOPPED_AT[code] ?? 3, refused: true };
}

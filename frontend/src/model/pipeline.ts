/** How far a request came through the API server's stages, read off its trace entry. */
import type { TraceCard } from "../protocol";

export const STAGES = ["authn", "authz", "default", "admit", "validate", "store"] as const;
export type Stage = (typeof STAGES)[number];

/** The stage that speaks with each status code; a 403 is authorization's when it says what the user cannot do, else an admission plugin's. */
const STOPPED_AT: Record<number, Stage> = { 400: "default", 401: "authn", 403: "admit", 404: "store", 409: "store", 410: "store", 415: "default", 422: "validate", 429: "authn", 503: "store" };

const NOT_ALLOWED = / is forbidden: User ".*" cannot [a-z]+ resource "/;

const stoppedAt = (code: number, message: string): Stage => (code === 403 && NOT_ALLOWED.test(message) ? "authz" : (STOPPED_AT[code] ?? "validate"));

/** Who let a request in: the rule of RBAC in upstream's words, or the authorizer that asks for none. */
interface Authorization {
  authorizer: string;
  reason?: string;
}

export const isRequest = (entry: TraceCard): boolean => entry.id === "api.request" || entry.id === "api.refused";

export interface Progress {
  passed: number;
  refused: boolean;
  /** The stage that works at it now, or -1. */
  at: number;
}

/** The number of stages passed, and whether the next one refused. */
export function progressOf(entry: TraceCard | undefined): Progress {
  if (!entry) return { passed: 0, refused: false, at: -1 };
  const code = Number(entry.params.code ?? 200);
  if (code < 400) return { passed: STAGES.length, refused: false, at: -1 };
  return { passed: STAGES.indexOf(stoppedAt(code, String(entry.params.message ?? ""))), refused: true, at: -1 };
}

/** The edges that a request travelled, as "source>target" of processes: from who asked to the API server and, when it was stored, on to etcd. */
export function edgesOf(entry: TraceCard, member: string): string[] {
  const asked = processOf(String(entry.params.user ?? ""));
  const stored = Number(entry.params.code ?? 500) < 400 && member !== "";
  return [...(asked ? [`${asked}>apiserver`] : []), ...(stored ? [`apiserver>${member}`] : [])];
}

/** The program that speaks as a user, or "" when several do. */
function processOf(user: string): string {
  if (user === "kubernetes-admin") return "kubectl";
  if (user.startsWith("system:node:")) return `kubelet/${user.slice("system:node:".length)}`;
  if (user === "system:kube-scheduler") return "kube-scheduler";
  return user.startsWith("system:serviceaccount:kube-system:") || user === "system:kube-controller-manager" ? "kube-controller-manager" : "";
}

/** Writes that wait for etcd: every stage but the last is behind them. */
export const waitingForStore: Progress = { passed: STAGES.length - 1, refused: false, at: STAGES.length - 1 };

/** What one stage did with a stored request, as the key of a sentence and its parameters; the record names only stages that changed something. */
export function didOf(entry: TraceCard, stage: Stage | "watches"): { key: string; params: Record<string, unknown> } {
  const told = (entry.params.stages ?? {}) as Record<string, unknown>;
  if (stage === "authn") return { key: "did.authn", params: { user: entry.params.user } };
  if (stage === "authz") {
    const by = told.authorization as Authorization | undefined;
    return { key: "did.authz", params: { mode: by?.reason ?? by?.authorizer ?? "–" } };
  }
  if (stage === "default") return told.defaulting ? { key: "did.default", params: { count: told.defaulting } } : { key: "did.default.none", params: {} };
  if (stage === "admit") return told.admission ? { key: "did.admit", params: { plugins: (told.admission as [string, number][]).map(([plugin, fields]) => `${plugin} (${fields})`) } } : { key: "did.admit.none", params: {} };
  if (stage === "validate") return { key: "did.validate", params: {} };
  if (stage === "watches") return { key: "did.watches", params: { count: told.watches ?? 0 } };
  return told.conflicts ? { key: "did.store.conflicts", params: { revision: told.etcd, tries: told.conflicts } } : { key: "did.store", params: { revision: told.etcd } };
}

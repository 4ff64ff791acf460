/** The REST calls of /api/v1/ that the browser makes. A refusal is an `ApiError` with the server's own words. */
import type { Decision } from "../model/decision";
import type { NodeNetwork } from "../model/kernel";
import type { AddOn, Found } from "../model/logs";
import type { Candidates, Typed } from "../model/terminal";
import type { KubePod, Tried } from "../model/trial";
import type { Usage } from "../model/usage";
import type { ClientSeen, CommandResult, EndpointSpan, Journey, TraceCard } from "../protocol";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly line: number | null = null,
    readonly column: number | null = null,
  ) {
    super(message);
  }
}

export interface Command {
  kind: "apply" | "delete" | "scale" | "fault" | "join" | "load";
  manifest?: string;
  resource?: string;
  namespace?: string;
  name?: string;
  replicas?: number;
  cpu?: string;
  labels?: Record<string, string>;
  fault?: string;
  grace_period?: number;
  critical?: number;
  target?: string;
  workload?: string;
  millicores?: number;
  per_pod?: number;
  memory?: string;
  fork?: boolean;
}

export interface Because {
  number: number;
  at: number;
  actor: string;
  id: string;
  params: Record<string, unknown>;
  text?: string;
}

/** How busy each stretch of a run was, and what a strip marks above it. */
export interface Density {
  span: number;
  entries: number;
  counts: number[];
  marks: TraceCard[];
}

export interface Scenario {
  id: string;
  title: Record<string, string>;
  about: Record<string, string>;
  nodes: number;
}

/** A run that was just started for this browser, with the place that a share link captured. */
export interface OpenedRun {
  run: string;
  token: string | undefined;
  page: string;
  view: string;
  selection: string;
  /** Whether the copy has the state hash that the link remembers. */
  same: boolean;
}

export type KubeObject = Record<string, unknown>;

const record = (value: unknown): Record<string, unknown> => (value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {});
const listOf = (value: unknown, ...names: string[]): unknown[] => {
  if (Array.isArray(value)) return value;
  for (const name of names) if (Array.isArray(record(value)[name])) return record(value)[name] as unknown[];
  return [];
};

export class Rest {
  constructor(
    private run: string,
    private token: string | undefined,
    private readonly language: () => string,
  ) {}

  /** From now on about this run. */
  use(run: string, token: string | undefined): void {
    this.run = run;
    this.token = token;
  }

  async command(command: Command): Promise<CommandResult[]> {
    const { fork, ...fields } = command;
    const body = { client_id: clientId(), ...fields, in_past: fork === false ? "head" : "fork" };
    const answer = await this.call("POST", `runs/${this.run}/commands/`, body);
    return listOf(answer, "results") as CommandResult[];
  }

  async object(kind: string, namespace: string, name: string): Promise<KubeObject | null> {
    const query = new URLSearchParams({ kind, namespace, name });
    const items = listOf(await this.call("GET", `runs/${this.run}/objects/?${query}`), "items");
    return (items[0] as KubeObject | undefined) ?? null;
  }

  /** When the EndpointSlices listed a pod. */
  async traffic(namespace: string, pod: string): Promise<EndpointSpan[]> {
    const query = new URLSearchParams({ namespace, pod });
    return listOf(await this.call("GET", `runs/${this.run}/traffic/?${query}`), "spans") as EndpointSpan[];
  }

  /** The objects of a kind in a namespace. */
  async objects(kind: string, namespace: string): Promise<KubeObject[]> {
    const query = new URLSearchParams({ kind, namespace });
    return listOf(await this.call("GET", `runs/${this.run}/objects/?${query}`), "items") as KubeObject[];
  }

  /** Trace entries after event `since`, and where the next page begins (null: that was all). */
  async events(since: number): Promise<{ items: TraceCard[]; next: number | null }> {
    const answer = record(await this.call("GET", `runs/${this.run}/events/?since=${since}`));
    return { items: listOf(answer.items) as TraceCard[], next: typeof answer.next === "number" ? answer.next : null };
  }

  async density(bins: number): Promise<Density> {
    return (await this.call("GET", `runs/${this.run}/events/density/?bins=${bins}`)) as Density;
  }

  async why(subject: { object: string } | { event: number }): Promise<Because[]> {
    const query = new URLSearchParams({ lang: this.language() });
    for (const [name, value] of Object.entries(subject)) query.set(name, String(value));
    return listOf(await this.call("GET", `runs/${this.run}/why/?${query}`), "chain") as Because[];
  }

  /** What becomes of one packet, computed from the network state of the moment on screen. */
  async packet(packet: { from: string; to: string; protocol: string; port: number }): Promise<Journey> {
    return (await this.call("POST", `runs/${this.run}/packets/`, packet)) as Journey;
  }

  /** What is programmed in the kernel of a node, of the router, or of a host outside. */
  async network(node: string): Promise<NodeNetwork> {
    return (await this.call("GET", `runs/${this.run}/network/?node=${encodeURIComponent(node)}`)) as NodeNetwork;
  }

  /** The last decision of a pod's scheduler about it ("namespace/name"), made once more with every node and plugin; `node`: rows of nodes with this in their name only. */
  async decision(pod: string, node = ""): Promise<Decision> {
    const query = node ? `?${new URLSearchParams({ node })}` : "";
    return (await this.call("GET", `runs/${this.run}/scheduling/decisions/${pod}/${query}`)) as Decision;
  }

  /** What the schedulers decided last. */
  async decided(): Promise<Tried[]> {
    const schedulers = listOf(await this.call("GET", `runs/${this.run}/scheduling/`), "schedulers");
    return schedulers.flatMap((one) => listOf(one, "decided")) as Tried[];
  }

  async pods(namespace: string): Promise<KubePod[]> {
    return listOf(await this.call("GET", `runs/${this.run}/objects/?${new URLSearchParams({ kind: "pods", namespace })}`), "items") as KubePod[];
  }

  /** Consumption over the last so many µs, as metrics-server sampled it: of a node ("*": all), or of the pods of a namespace. */
  async usage(target: { node?: string; namespace?: string; pod?: string }, span: number, now: number): Promise<Usage> {
    const query = new URLSearchParams({ ...target, begin: String(Math.max(0, now - span)), end: String(now), scrapes: "1", points: "120" });
    return (await this.call("GET", `runs/${this.run}/usage/?${query}`)) as Usage;
  }

  /** Search the cluster's log store. */
  async logs(query: string, since: number, limit: number): Promise<Found> {
    const params = new URLSearchParams({ query, limit: String(limit), ...(since > 0 ? { since: String(since) } : {}) });
    return (await this.call("GET", `runs/${this.run}/logs/?${params}`)) as Found;
  }

  async addOns(): Promise<AddOn[]> {
    return listOf(await this.call("GET", `runs/${this.run}/add-ons/`), "items") as AddOn[];
  }

  /** Carry out a line of the terminal; answers when it is done, or after a second with what it has printed so far. */
  async typeLine(line: string, namespace: string): Promise<Typed> {
    return (await this.call("POST", `runs/${this.run}/terminal/`, { line, namespace })) as Typed;
  }

  /** Type into the session of a line; `eof` is Ctrl+D. */
  async typeInto(id: string, text: string, eof: boolean): Promise<Typed> {
    return (await this.call("POST", `runs/${this.run}/terminal/${id}/input/`, { text, eof })) as Typed;
  }

  /** What the word at the cursor may become. */
  async completeLine(line: string, cursor: number, namespace: string): Promise<Candidates> {
    return (await this.call("POST", `runs/${this.run}/terminal/complete/`, { line, cursor, namespace })) as Candidates;
  }

  /** What a line that goes on has printed since; waits for news. */
  async lineNews(id: string, since: number): Promise<Typed> {
    return (await this.call("GET", `runs/${this.run}/terminal/${id}/?since=${since}`)) as Typed;
  }

  async stopLine(id: string): Promise<Typed> {
    return (await this.call("DELETE", `runs/${this.run}/terminal/${id}/`)) as Typed;
  }

  /** A new kubeconfig of the run, as YAML: it is shown this once. */
  async kubeconfig(variant: "https" | "http"): Promise<string> {
    return String(await this.call("GET", `runs/${this.run}/kubeconfig/?variant=${variant}`));
  }

  /** The last requests of clients to the run's Kubernetes API, oldest first. */
  async requests(): Promise<ClientSeen[]> {
    return listOf(await this.call("GET", `runs/${this.run}/requests/`), "items") as ClientSeen[];
  }

  /** End every kubeconfig of the run; how many there were. */
  async revokeKubeconfigs(): Promise<number> {
    return Number(record(await this.call("DELETE", `runs/${this.run}/kubeconfig/`)).revoked);
  }

  async share(share: { branch: string; event: number; view: string; selection: string }): Promise<{ slug: string; url: string }> {
    return (await this.call("POST", "shares/", { run: this.run, ...share })) as { slug: string; url: string };
  }

  /** To an event that is recorded. */
  async seek(event: number): Promise<unknown> {
    return this.call("POST", `runs/${this.run}/clock/`, { action: "seek", event });
  }

  /** As fast as the server can, from the head by so many µs. */
  async advance(by: number): Promise<number> {
    return Number(record(await this.call("POST", `runs/${this.run}/clock/`, { action: "advance", by: `${(by / 1e6).toFixed(6)}s` })).now);
  }

  async switchBranch(branch: string): Promise<unknown> {
    return this.call("POST", `runs/${this.run}/forks/`, { branch });
  }

  /** Fork at an event, or at the playhead; the name of the new branch, and the time at which it begins. */
  async fork(event?: number): Promise<{ branch: string; now: number }> {
    const { branch, now } = record(await this.call("POST", `runs/${this.run}/forks/`, event === undefined ? {} : { event }));
    return { branch: String(branch), now: Number(now) };
  }

  async newRun(body: { scenario?: string; title?: string; play?: boolean }): Promise<OpenedRun> {
    return opened(await this.call("POST", "runs/", body));
  }

  /** The reader's own copy of a shared moment; it is built when the link to it connects, which tells how far that is. */
  async openShare(slug: string): Promise<OpenedRun> {
    return opened(await this.call("POST", `shares/${slug}/`, { wait: false }));
  }

  async scenarios(): Promise<Scenario[]> {
    return listOf(await this.call("GET", "scenarios/")) as Scenario[];
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`/api/v1/${path}`, { method, headers: this.headers(body), body: body === undefined ? null : JSON.stringify(body), credentials: "same-origin" });
    const text = await response.text();
    const answer = parsed(text);
    if (!response.ok) throw refusal(response.status, answer);
    return answer;
  }

  private headers(body: unknown): Record<string, string> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": this.language() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const csrf = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    if (csrf) headers["X-CSRFToken"] = csrf;
    return headers;
  }
}

function opened(answer: unknown): OpenedRun {
  const { id, token, links, share, same_history: same } = record(answer);
  const place = record(record(share).view);
  return {
    run: String(id), token: typeof token === "string" ? token : undefined, page: String(record(links).page),
    view: String(place.view ?? ""), selection: String(place.selection ?? ""), same: same !== false,
  };
}

/** Makes a retry harmless. `crypto.randomUUID` exists only on https and localhost. */
function clientId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

export function refusal(status: number, answer: unknown): ApiError {
  const { error, detail, line, column } = record(answer);
  const fields = Object.entries(record(answer)).map(([name, why]) => `${name}: ${Array.isArray(why) ? why.join(" ") : String(why)}`);
  const message = typeof error === "string" ? error : typeof detail === "string" ? detail : fields.join("; ");
  return new ApiError(status, message, typeof line === "number" ? line : null, typeof column === "number" ? column : null);
}

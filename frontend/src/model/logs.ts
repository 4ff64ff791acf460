/** The lines that the cluster's log store found, and how they are spread over time. Pure. */

export interface LogLine {
  at: number;
  namespace: string;
  pod: string;
  container: string;
  node: string;
  stream: string;
  text: string;
  start: string;
  number: number;
}

export interface Found {
  now: number;
  /** The pod that answered; "": no store is Ready. */
  store: string;
  node: string;
  lines: LogLine[];
  matched: number;
  kept: number;
  taken: number;
  kept_max: number;
  retention: number;
  /** Nodes whose collector does not run. */
  behind: string[];
}

export interface AddOn {
  name: string;
  built_in: boolean;
  installed: boolean;
  ready: boolean;
  workloads: { resource: string; key: string }[];
  manifest: string;
}

export interface Bar {
  from: number;
  to: number;
  out: number;
  err: number;
}

/** How many lines each stretch of time has, by stream. */
export function bars(lines: readonly LogLine[], count: number): Bar[] {
  if (!lines.length) return [];
  const from = lines[0]!.at;
  const width = Math.max(1, Math.ceil((lines.at(-1)!.at - from + 1) / count));
  const found = Array.from({ length: count }, (_, place) => ({ from: from + place * width, to: from + (place + 1) * width, out: 0, err: 0 }));
  for (const line of lines) found[Math.min(count - 1, Math.floor((line.at - from) / width))]![line.stream === "stderr" ? "err" : "out"] += 1;
  return found;
}

export const keyOfLine = (line: LogLine): string => `${line.start}/${line.number}`;

/** A query with one field set to a value, or without it when the value is "". */
export function withField(query: string, field: string, value: string): string {
  const rest = query.split(/\s+/).filter((part) => part && !part.startsWith(`${field}:`));
  return [...(value ? [`${field}:${value}`] : []), ...rest].join(" ");
}

export const fieldOf = (query: string, field: string): string => query.split(/\s+/).find((part) => part.startsWith(`${field}:`))?.slice(field.length + 1) ?? "";

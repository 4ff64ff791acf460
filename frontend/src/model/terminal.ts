/** Lines typed into the terminal and what they printed, as the panel shows them. */

/** One HTTP request that a line has made. */
export interface AskedRequest {
  method: string;
  path: string;
  code: number;
  body: string;
  content_type: string;
}

export interface PrintedLine {
  text: string;
  error: boolean;
}

/** What the server says of a line: what it has printed (from `since` on), and how it stands. */
export interface Typed {
  id: string;
  line: string;
  output: PrintedLine[];
  next: number;
  left_out: number;
  done: boolean;
  waits: string;
  code: number | null;
  objects: string[];
  requests: AskedRequest[];
  /** The namespace of the terminal's context after it. */
  namespace: string;
  /** While one can type into it: what stands before the cursor, and whether it is a terminal. */
  session: { prompt: string; tty: boolean } | null;
}

/** What the word at the cursor may become. */
export interface Candidates {
  word: string;
  candidates: string[];
}

/** A line in the panel: all that it has printed so far. `problem`: the server did not take it. */
export interface Entry {
  key: number;
  line: string;
  typed: Typed | null;
  output: PrintedLine[];
  problem: string;
}

export const ENTRIES_MAX = 50;
export const HISTORY_MAX = 200;

/** The entry with the news of its line. */
export function told(entry: Entry, news: Typed): Entry {
  return { ...entry, typed: news, output: [...entry.output, ...news.output] };
}

/** Whether a text is a whole command: an open here-document or a backslash at the end wants another line. */
export function isWhole(text: string): boolean {
  if (/\\$/.test(text)) return false;
  const opened = /<<-?\s*(['"]?)(\w+)\1/.exec(text);
  if (!opened) return true;
  return text.slice(opened.index).split("\n").slice(1).some((line) => line.trim() === opened[2]);
}

/** What the candidates have in common, for the word before the cursor: the longest beginning that they share. */
export function shared(found: Candidates): string {
  const [first = found.word, ...rest] = found.candidates;
  let length = first.length;
  for (const one of rest) while (!one.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** A line with the word before the cursor completed as far as it is sure, and where the cursor is then. */
export function completed(line: string, cursor: number, found: Candidates): { line: string; cursor: number } {
  const sure = shared(found);
  if (!sure.startsWith(found.word)) return { line, cursor };
  const only = found.candidates.length === 1;
  const end = only && !/[=/]$/.test(sure) && line[cursor] !== " " ? " " : "";
  const added = sure.slice(found.word.length) + end;
  return { line: line.slice(0, cursor) + added + line.slice(cursor), cursor: cursor + added.length };
}

/** The history with a line at its end, once. */
export function remembered(history: readonly string[], line: string): string[] {
  return [...history.filter((one) => one !== line), line].slice(-HISTORY_MAX);
}

/** `!!` stands for the line before. */
export function expanded(line: string, history: readonly string[]): string {
  return line.trim() === "!!" ? (history.at(-1) ?? line) : line;
}

/** A request as a copyable curl: SERVER and TOKEN are those of the run's kubeconfig. */
export function curlOf(request: AskedRequest): string {
  const parts = ["curl", "--cacert ca.crt", '-H "Authorization: Bearer $TOKEN"'];
  if (request.method !== "GET") parts.push(`-X ${request.method}`);
  if (request.content_type) parts.push(`-H 'Content-Type: ${request.content_type}'`);
  if (request.body) parts.push(`-d '${request.body.replaceAll("'", "'\\''")}'`);
  return [...parts, `"$SERVER${request.path}"`].join(" ");
}

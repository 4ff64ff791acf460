/** The lines of the terminal: they go on while its panel is closed. */
import { ENTRIES_MAX, expanded, remembered, told, type Candidates, type Entry, type Typed } from "./model/terminal";

export interface TerminalCalls {
  type(line: string, namespace: string): Promise<Typed>;
  feed(id: string, text: string, eof: boolean): Promise<Typed>;
  complete(line: string, cursor: number, namespace: string): Promise<Candidates>;
  news(id: string, since: number): Promise<Typed>;
  stop(id: string): Promise<Typed>;
  /** What went wrong, in words. */
  sentence(error: unknown): string;
}

export class Lines {
  entries = $state.raw<Entry[]>([]);
  history = $state.raw<string[]>([]);
  /** That of the terminal's context: `kubectl config set-context --current --namespace` changes it. */
  namespace = $state("default");
  private key = 0;

  constructor(private readonly calls: TerminalCalls) {}

  /** Carry out a line; answers with what it has come to when it is done. */
  async type(given: string): Promise<Entry> {
    const line = expanded(given, this.history).trim();
    this.history = remembered(this.history, line);
    const entry: Entry = { key: ++this.key, line, typed: null, output: [], problem: "" };
    this.entries = [...this.entries, entry].slice(-ENTRIES_MAX);
    try {
      let typed = await this.calls.type(line, this.namespace);
      this.tell(entry.key, typed);
      while (!typed.done && this.knows(entry.key)) {
        typed = await this.calls.news(typed.id, typed.next);
        this.tell(entry.key, typed);
      }
    } catch (error) {
      this.change(entry.key, (one) => ({ ...one, problem: this.calls.sentence(error), typed: one.typed && { ...one.typed, done: true } }));
    }
    return this.entries.find((one) => one.key === entry.key) ?? entry;
  }

  /** Type into the session of a line; what it answers comes as the news of the line. */
  async feed(entry: Entry, text: string, eof = false): Promise<void> {
    try {
      if (entry.typed) await this.calls.feed(entry.typed.id, text, eof);
    } catch (error) {
      this.change(entry.key, (one) => ({ ...one, problem: this.calls.sentence(error) }));
    }
  }

  /** What the word before the cursor may become; nothing if the server does not answer. */
  async complete(line: string, cursor: number): Promise<Candidates> {
    try {
      return await this.calls.complete(line, cursor, this.namespace);
    } catch {
      return { word: "", candidates: [] };
    }
  }

  async stop(entry: Entry): Promise<void> {
    if (entry.typed && !entry.typed.done) await this.calls.stop(entry.typed.id);
  }

  clear(): void {
    for (const entry of this.entries) void this.stop(entry);
    this.entries = [];
  }

  private knows(key: number): boolean {
    return this.entries.some((one) => one.key === key);
  }

  private tell(key: number, typed: Typed): void {
    this.namespace = typed.namespace;
    this.change(key, (one) => told(one, typed));
  }

  private change(key: number, change: (entry: Entry) => Entry): void {
    this.entries = this.entries.map((one) => (one.key === key ? change(one) : one));
  }
}

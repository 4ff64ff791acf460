/** The scheduler's decisions that the page looks at, and the changes that were tried on forks: kept while no view shows them. */
import type { Decision, NodeVerdict } from "./model/decision";
import { TrialError, tryOut, type Change, type KubePod, type Outcome, type Owner, type Phase, type TrialCalls, type Tried } from "./model/trial";
import { ApiError } from "./net/rest";

export interface DecisionCalls {
  decision(pod: string, node?: string): Promise<Decision>;
}

/** A change that is being tried, or was. */
export interface Trial {
  key: number;
  change: Change;
  pod: string;
  /** Where it forked from. */
  from: { branch: string; event: number; past: boolean };
  branch: string;
  phase: Phase | "done";
  outcome: Outcome | null;
  problem: string;
}

const TRIALS_MAX = 20;
const ASK_EVERY_MS = 150;

export class Decisions {
  /** The pod that the reader chose, "": the view chooses. */
  pod = $state("");
  /** The node that is asked about, "": the chosen one or the nearest miss. */
  node = $state("");
  decision = $state.raw<Decision | null>(null);
  /** Why there is no decision to show, in words. */
  problem = $state("");
  loading = $state(false);
  /** Weights that the reader tries, by plugin; null: the scheduler's own. */
  weights = $state.raw<Record<string, number> | null>(null);
  /** Rows of nodes that were looked for by name, beyond those that came with the decision. */
  found = $state.raw<{ text: string; rows: NodeVerdict[] }>({ text: "", rows: [] });
  trials = $state.raw<Trial[]>([]);
  private asked = "";
  private next: [pod: string, moment: string] | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private key = 0;

  constructor(private readonly calls: DecisionCalls, private readonly sentence: (error: unknown) => string) {}

  /** Show the decision about another pod. */
  choose(pod: string): void {
    if (pod === this.pod) return;
    this.pod = pod;
    this.node = "";
    this.weights = null;
  }

  /** Fetch the decision about a pod; an answer that is overtaken by a newer question is dropped. */
  async ask(pod: string, moment: string): Promise<void> {
    const question = `${pod} ${moment}`;
    this.asked = question;
    this.loading = true;
    const [decision, problem] = await this.answer(pod);
    if (this.asked !== question) return;
    if (this.decision?.pod !== decision?.pod) [this.node, this.weights] = ["", null];
    this.decision = decision;
    this.found = { text: "", rows: [] };
    this.problem = problem;
    this.loading = false;
  }

  private async answer(pod: string, node = ""): Promise<[Decision | null, string]> {
    try {
      return [await this.calls.decision(pod, node), ""];
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof TypeError)) throw error;
      return [null, this.sentence(error)];
    }
  }

  /** Ask soon: while time runs questions come faster than answers, and the newest is the one that counts. */
  askSoon(pod: string, moment: string): void {
    this.next = [pod, moment];
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.next) void this.ask(...this.next);
    }, ASK_EVERY_MS);
  }

  /** Look for nodes by a part of their name among all that the decision looked at. */
  async search(text: string): Promise<void> {
    const { decision } = this;
    if (!decision || !text || this.found.text === text) return;
    this.found = { text, rows: [] };
    const [answer] = await this.answer(decision.pod, text);
    if (this.found.text === text && answer) this.found = { text, rows: answer.nodes };
  }

  /** There is nothing to ask for, and why. */
  nothing(why = ""): void {
    this.asked = "";
    this.next = null;
    [this.decision, this.problem, this.loading] = [null, why, false];
  }

  /** Try a change on a fork; one at a time. */
  async try(change: Change, pod: string, owner: Owner | null, from: Trial["from"], calls: TrialCalls): Promise<Trial> {
    const key = ++this.key;
    this.trials = [{ key, change, pod, from, branch: "", phase: "forking" as const, outcome: null, problem: "" }, ...this.trials].slice(0, TRIALS_MAX);
    try {
      const outcome = await tryOut(change, pod, owner, calls, (phase, branch) => this.change(key, { phase, branch }));
      this.change(key, { phase: "done", outcome });
    } catch (error) {
      this.change(key, { phase: "done", problem: error instanceof TrialError ? error.message : this.sentence(error) });
    }
    return this.trials.find((one) => one.key === key)!;
  }

  get trying(): boolean {
    return this.trials.some((one) => one.phase !== "done");
  }

  private change(key: number, change: Partial<Trial>): void {
    this.trials = this.trials.map((one) => (one.key === key ? { ...one, ...change } : one));
  }
}

export type { KubePod, Tried };

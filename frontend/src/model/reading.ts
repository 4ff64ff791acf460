/** What is read off the trace entry by entry. A run only adds to its trace, so a longer one is read on from where the last one ended. */
import type { TraceCard } from "../protocol";

export class Reading<T> {
  private told: T;
  private read: readonly TraceCard[] = [];

  /** `add` writes what an entry tells into what was told so far. */
  constructor(
    private readonly begin: () => T,
    private readonly add: (told: T, entry: TraceCard) => void,
  ) {
    this.told = begin();
  }

  /** What the trace tells. The same object grows with the trace; another trace is read from its beginning into a new one. */
  of(trace: readonly TraceCard[]): T {
    const known = this.read.length;
    const continues = known > 0 && trace.length >= known && trace[0] === this.read[0] && trace[known - 1] === this.read[known - 1];
    if (!continues) this.told = this.begin();
    for (let index = continues ? known : 0; index < trace.length; index++) this.add(this.told, trace[index]!);
    this.read = trace;
    return this.told;
  }
}

/** The entries that hold, in their order. */
export const entriesThat = (holds: (entry: TraceCard) => boolean): Reading<TraceCard[]> =>
  new Reading<TraceCard[]>(() => [], (told, entry) => void (holds(entry) && told.push(entry)));

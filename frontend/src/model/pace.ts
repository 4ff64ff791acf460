/** How often the views are drawn while a run plays: the more it costs, the rarer. The clock, the playhead and the dots are not paced. */

/** Drawing takes at most one part in this many of the time, but no picture is older than `OLDEST_MS`. */
const SHARE = 20;
export const OLDEST_MS = 400;

export interface Timing {
  now: () => number;
  later: (call: () => void, ms: number) => number;
  cancel: (timer: number) => void;
}

export class Pace<T> {
  private waiting: { picture: T } | null = null;
  private timer: number | null = null;
  private next = 0;
  private cost = 0;

  constructor(
    private readonly timing: Timing,
    /** Has finished drawing when it returns. */
    private readonly draw: (picture: T) => void,
  ) {}

  /** Shows this picture when its turn comes, unless a newer one comes first; `atOnce`: now. */
  show(picture: T, atOnce: boolean): void {
    this.waiting = { picture };
    const wait = this.next - this.timing.now();
    if (atOnce || wait <= 0) this.turn();
    else this.timer ??= this.timing.later(() => this.turn(), wait);
  }

  private turn(): void {
    if (this.timer !== null) this.timing.cancel(this.timer);
    this.timer = null;
    if (!this.waiting) return;
    const { picture } = this.waiting;
    this.waiting = null;
    const begun = this.timing.now();
    this.draw(picture);
    const ended = this.timing.now();
    // One slow turn (a collection of garbage, a view that opens) does not decide alone.
    this.cost = this.cost ? (this.cost + (ended - begun)) / 2 : ended - begun;
    this.next = ended + Math.min(OLDEST_MS, this.cost * SHARE);
  }
}

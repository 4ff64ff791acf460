/** What the page shows and how: one store for the shell and every view. The run itself comes in whole frames and is never edited here. */
import { flushSync } from "svelte";
import { addressOf, placeOf, type Boot } from "./boot";
import { parseShelf, shelved, toggled, type Bookmark } from "./model/bookmarks";
import { language, langOf, t } from "./i18n/index.svelte";
import { withHistory, type RunView } from "./model/frames";
import { flightOf, withSeen } from "./model/clients";
import { launch, type Dot } from "./model/flights";
import { commandsOf, storyOf } from "./model/follow";
import { Decisions } from "./decisions.svelte";
import { Lines } from "./lines.svelte";
import type { Align } from "./layout/align";
import { MeasureBook } from "./model/autoscaling";
import { FiringBook } from "./model/firings";
import { LaneBook, StoryBook } from "./model/lifecycle";
import { Pace } from "./model/pace";
import { browserSurroundings, Link, type LinkState } from "./net/link";
import { ApiError, Rest, type Command, type Density, type OpenedRun } from "./net/rest";
import type { Sent, Way } from "./model/packet";
import type { ClientSeen, Clock, ClockCall, CommandResult, Hello, Progress, TraceCard } from "./protocol";
import { keyOfEvent, resolve, sameEntry, type Selected, type Told } from "./selection";

export const VIEWS = ["architecture", "workloads", "lifecycle", "scheduler", "network", "events", "resources", "logs"] as const;
export type ViewName = (typeof VIEWS)[number];
export type Rendering = "graph" | "table" | "text";
export type Theme = "auto" | "light" | "dark";
export type Motion = "full" | "reduced" | "none";
export type DialogName = "connect" | "ignored" | "share" | "help" | "palette" | "past" | "scenario" | "scale" | "add-ons" | null;
export type DockTab = "events" | "requests" | "terminal" | "yaml" | null;

/** So much of the trace is kept in the page; of a longer run the beginning and the newest part. */
const HISTORY_MAX = 50_000;
const HISTORY_SHOWN_FIRST = 4_000;
const DENSITY_BINS = 400;
/** A good answer is shown for a while; trouble stays until it is closed or something else happens. */
const SAID_FOR_MS = 8_000;

type Change = (fork: boolean) => Promise<void>;

const stored = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T => {
  const value = localStorage.getItem(`orrery.${name}`) as T | null;
  return value && allowed.includes(value) ? value : otherwise;
};

export class App {
  /** The run as the views draw it; while a large one plays it is a little behind what the frames brought. */
  run = $state.raw<RunView | null>(null);
  /** What is read off the trace is kept while no view shows it: a view that opens reads on. */
  readonly stories = new StoryBook();
  readonly lanes = new LaneBook();
  readonly firings = new FiringBook();
  readonly measures = new MeasureBook();
  /** The clock of the newest frame: the time bar is never behind. */
  moment = $state.raw<Clock | null>(null);
  link = $state.raw<LinkState>({ kind: "connecting" });
  hello = $state.raw<Hello | null>(null);
  /** How far the work is that this page waits for: a history run again, a far seek. */
  progress = $state.raw<Progress | null>(null);
  /** Of a run whose trace is too long for the page: how busy each stretch was, from the server. */
  density = $state.raw<Density | null>(null);
  lastFrameAt = $state(0);
  view = $state<ViewName>("architecture");
  renderings = $state<Record<ViewName, Rendering>>({ architecture: "graph", workloads: "graph", lifecycle: "graph", scheduler: "graph", network: "graph", events: "graph", resources: "graph", logs: "graph" });
  selection = $state("");
  filter = $state("");
  theme = $state<Theme>("auto");
  motion = $state<Motion>("full");
  legend = $state(true);
  dialog = $state<DialogName>(null);
  dock = $state<DockTab>(null);
  stepUnit = $state<"event" | "step">("event");
  /** The packet that the network view follows, which way of it is shown, and the hop where it is. */
  journey = $state.raw<Sent | null>(null);
  way = $state<Way>("request");
  hop = $state(0);
  /** The stretch of the run that the lifecycle lanes show; null: chosen by the view. */
  focusWindow = $state.raw<{ from: number; to: number } | null>(null);
  /** The command whose request is followed on the architecture drawing, and the step of the way that is shown. */
  following = $state.raw<{ command: number; at: number } | null>(null);
  manifest = $state("");
  focusDeployment = $state("");
  groupBy = $state<"owner" | "node">("owner");
  /** What the lifecycle lanes are laid over each other by, and the pod that the selected one is compared with. */
  align = $state<Align>("absolute");
  compared = $state("");
  /** Whether the phases of the selected pod are sorted by their length. */
  longest = $state(false);
  /** Moments that the reader marked, kept in the browser. */
  bookmarks = $state.raw<Bookmark[]>([]);
  /** What was chosen in the palette, the newest last. */
  recent: string[] = [];
  /** How large the architecture is drawn: 1 is the size that fits. */
  zoom = $state(1);
  announcement = $state("");
  trouble = $state("");
  dots = $state.raw<Dot[]>([]);
  /** Animation time in ms: stands still while paused. */
  animation = $state(0);
  private quietTimer = 0;
  private pending: Change | null = null;
  private readonly wire: Link;
  readonly rest: Rest;
  /** What clients outside have asked the run's Kubernetes API, the newest last. */
  requests = $state.raw<ClientSeen[]>([]);
  /** The terminal. */
  readonly lines: Lines;
  /** The scheduler's decisions that are looked at, and the changes that were tried on forks. */
  readonly decisions: Decisions;

  /** The run on the page: "" until the front page has started one, or a share link has been opened. */
  runId = $state("");
  page = $state<Boot["page"]>("run");
  private role: Boot["role"];

  constructor(private readonly boot: Boot) {
    this.runId = boot.run;
    this.page = boot.page;
    this.role = boot.role;
    language.set(langOf(boot.lang));
    this.theme = stored("theme", ["auto", "light", "dark"], "auto");
    const prefersLess = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.motion = stored("motion", ["full", "reduced", "none"], prefersLess ? "reduced" : "full");
    this.rest = new Rest(boot.run, boot.token, () => language.current);
    this.lines = new Lines({
      type: (line, namespace) => this.rest.typeLine(line, namespace),
      feed: (id, text, eof) => this.rest.typeInto(id, text, eof),
      complete: (line, cursor, namespace) => this.rest.completeLine(line, cursor, namespace),
      news: (id, since) => this.rest.lineNews(id, since),
      stop: (id) => this.rest.stopLine(id),
      sentence: sentenceOf,
    });
    this.decisions = new Decisions(this.rest, sentenceOf);
    this.wire = new Link(browserSurroundings(() => this.runId), {
      onView: (view) => this.show(view),
      onState: (state) => (this.link = state),
      onHello: (hello) => {
        this.hello = hello;
        this.progress = null;
        void this.guard(this.rest.requests().then((found) => void (this.requests = found.reduce<ClientSeen[]>(withSeen, this.requests))));
      },
      onClient: (seen) => this.hear(seen),
      onProgress: (progress) => (this.progress = progress),
      onNotice: (notice) => this.say(t(notice.id, notice.params), true),
      onDone: (done) => this.say(done.error || done.results.map((one) => one.message).join(" · "), !done.ok),
    });
    // On a phone a drawing is one tap away: rows fit, pictures do not.
    if (matchMedia("(max-width: 767px)").matches) for (const view of VIEWS) this.renderings[view] = "table";
    const place = placeOf(location.search, VIEWS);
    this.place(place);
    this.ignored = place.ignored;
    if (place.ignored.length && boot.page !== "missing") this.dialog = "ignored";
  }

  /** The run's title in the reader's language, where it has one. */
  get title(): string {
    return this.hello?.titles?.[language.current] ?? this.hello?.title ?? "";
  }

  get owner(): boolean {
    return (this.hello?.role ?? this.role) === "owner";
  }

  get playing(): boolean {
    return this.moment?.playing ?? false;
  }

  get past(): boolean {
    return this.moment?.mode === "past";
  }

  /** Which entry of the selected event is meant, when it has several. */
  private told = $state.raw<Told | null>(null);
  selected = $derived<Selected | null>(this.run ? resolve(this.selection, this.run.keyframe, this.run.trace, this.told) : null);

  selectEntry(entry: Told): void {
    this.told = entry;
    this.selection = keyOfEvent(entry);
  }

  isSelected(entry: Told): boolean {
    return this.selected?.type === "event" && sameEntry(this.selected.entry, entry);
  }

  /** What followed from the command that is followed, as far as the playhead. */
  story = $derived(this.following && this.run ? storyOf(this.run.trace, this.following.command, this.run.clock.number) : []);

  startFollowing(command = commandsOf(this.run?.trace ?? [], this.run?.clock.number ?? 0).at(-1)?.number): void {
    if (command === undefined) return this.say(t("follow.nothing"));
    this.following = { command, at: 0 };
    this.follow(0);
  }

  /** Along the story, to its ends and no further; what is shown is selected. */
  follow(by: number): void {
    if (!this.following) return;
    const at = Math.max(0, Math.min(this.story.length - 1, this.following.at + by));
    this.following = { ...this.following, at };
    const step = this.story[at];
    if (step) this.selectEntry(step.entry);
  }

  stopFollowing(): void {
    this.following = null;
    if (this.selection.startsWith("event/")) this.selection = "";
  }

  get rendering(): Rendering {
    return this.renderings[this.view];
  }

  /** Every page ends up with a run: its own, the front page's new one, or a copy of what a link captured. */
  async open(): Promise<void> {
    if (this.page === "missing") return;
    if (this.runId) return this.connect();
    try {
      if (this.boot.share) this.adoptRun(await this.rest.openShare(this.boot.share), "run");
      else this.adoptRun(await this.rest.newRun({ scenario: "welcome", play: true }), this.page);
    } catch (error) {
      this.say(sentenceOf(error), true);
      this.link = { kind: "closed", reason: "not-opened" };
    }
  }

  private adoptRun(opened: OpenedRun, page: Boot["page"]): void {
    this.runId = opened.run;
    this.role = "owner";
    this.rest.use(opened.run, opened.token);
    this.place(opened);
    if (page === "run") {
      history.replaceState(null, "", addressOf(opened.page, this.here));
      this.say(t(opened.same ? "share.opened" : "share.differs"), !opened.same);
    }
    this.page = page;
    this.connect();
  }

  private connect(): void {
    this.bookmarks = parseShelf(localStorage.getItem("orrery.bookmarks"))[this.runId] ?? [];
    this.wire.connect();
  }

  /** What the address keeps: the view and the selection. */
  get here(): { view: ViewName; selection: string } {
    return { view: this.view, selection: this.selection };
  }

  start(): void {
    void this.open();
    let last = performance.now();
    const tick = (now: number): void => {
      if (this.playing && this.motion !== "none" && this.dots.length) this.animation += now - last;
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  reconnect(): void {
    this.wire.connect();
  }

  select(key: string): void {
    this.selection = this.selection === key ? "" : key;
  }

  clock(call: Omit<ClockCall, "t">): void {
    if (!this.owner) return this.say(t("notice.view-only"), true);
    if (!this.wire.send({ t: "clock", ...call })) this.say(t("link.not-sent"), true);
  }

  /** A change to the cluster. In the past it asks first whether to fork here or to go to now. */
  async change(change: Change): Promise<void> {
    if (!this.owner) return this.say(t("notice.view-only"), true);
    if (!this.past) return this.guard(change(true));
    this.pending = change;
    this.dialog = "past";
  }

  async answerPast(answer: "fork" | "now" | "cancel"): Promise<void> {
    const change = this.pending;
    this.pending = null;
    this.dialog = null;
    if (change && answer !== "cancel") await this.guard(change(answer === "fork"));
  }

  async command(command: Command): Promise<void> {
    await this.change(async (fork) => this.report(await this.rest.command({ ...command, fork })));
  }

  /** What a button does as a line of kubectl: it is typed into the terminal, where it stays, and its answer is told. */
  async kubectl(line: string): Promise<void> {
    await this.change(async (fork) => {
      if (!fork && this.past) await this.rest.seek(this.moment?.head_number ?? 0);
      const entry = await this.lines.type(line);
      const failed = entry.problem !== "" || (entry.typed?.code ?? 0) !== 0;
      this.say(entry.problem || entry.output.map((one) => one.text).join(" · ") || line, failed);
    });
  }

  /** Select one after the other of the objects that a line of the terminal was about. */
  showMe(objects: readonly string[]): void {
    const keys = objects.filter((key) => key.split("/").length > 1);
    if (!keys.length) return;
    const at = keys.indexOf(this.selection);
    this.selection = keys[(at + 1) % keys.length]!;
  }

  report(results: CommandResult[]): void {
    const words = results.map((one) => one.message || one.error).join(" · ");
    this.say(words || t("command.waits"), results.some((one) => one.error));
  }

  async guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.say(sentenceOf(error), true);
    }
  }

  /** A result that the user caused: read out, and shown until the next one. */
  say(words: string, bad = false): void {
    this.announcement = bad ? "" : words;
    this.trouble = bad ? words : "";
    window.clearTimeout(this.quietTimer);
    if (words && !bad) this.quietTimer = window.setTimeout(() => (this.announcement = ""), SAID_FOR_MS);
  }

  /** Marks this moment, or takes its mark away. */
  bookmark(): void {
    const clock = this.run?.clock;
    if (!clock) return;
    const before = this.bookmarks.length;
    this.bookmarks = toggled(this.bookmarks, { branch: clock.branch, event: clock.number, at: clock.now });
    localStorage.setItem("orrery.bookmarks", JSON.stringify(shelved(parseShelf(localStorage.getItem("orrery.bookmarks")), this.runId, this.bookmarks)));
    this.say(t(this.bookmarks.length < before ? "bookmark.removed" : "bookmark.set", { event: clock.number.toLocaleString("en") }));
  }

  remember(name: "theme" | "motion", value: string): void {
    localStorage.setItem(`orrery.${name}`, value);
  }

  /** The trace from its beginning, page by page, so that lanes and strip are whole. */
  async fetchHistory(): Promise<void> {
    const branch = this.newest?.clock.branch;
    const history: TraceCard[] = [];
    let since: number | null = 0;
    let shown = 0;
    this.density = null;
    while (since !== null && this.newest?.clock.branch === branch && history.length < HISTORY_MAX) {
      const page: Awaited<ReturnType<Rest["events"]>> = await this.rest.events(since);
      history.push(...page.items);
      since = page.next;
      // Every view reads a trace with another beginning anew: the whole of a long one is not read at every page.
      if (since !== null && history.length < HISTORY_SHOWN_FIRST + 2 * shown) continue;
      shown = history.length;
      await idle();
      if (this.newest && this.newest.clock.branch === branch) this.adopt({ ...this.newest, trace: withHistory(history, this.newest.trace), skipped: 0 });
    }
    if (since !== null && this.newest?.clock.branch === branch) await this.fetchDensity();
  }

  private async fetchDensity(): Promise<void> {
    this.density = await this.rest.density(DENSITY_BINS);
  }

  private adopt(view: RunView): void {
    this.newest = view;
    this.wire.replace(view);
    this.pace.show(view, !view.clock.playing);
  }

  /** A client has asked for something: it is listed, and while time runs a read is seen flying. */
  private hear(seen: ClientSeen): void {
    this.requests = withSeen(this.requests, seen);
    const flight = flightOf(seen);
    if (flight && this.playing) this.dots = launch(this.dots, [flight], this.animation, 100, 1);
  }

  private newest: RunView | null = null;
  private readonly pace = new Pace<RunView>({ now: () => performance.now(), later: (call, ms) => window.setTimeout(call, ms), cancel: (timer) => window.clearTimeout(timer) }, (view) => {
    this.run = view;
    flushSync();
  });

  private show(view: RunView): void {
    const before = this.newest;
    const now = performance.now();
    const gap = this.lastFrameAt ? now - this.lastFrameAt : 100;
    this.newest = view;
    this.moment = view.clock;
    this.lastFrameAt = now;
    this.progress = null;
    // The front page is live: who comes back to it finds it running.
    if (before === null && this.page === "landing" && this.owner && view.clock.mode === "paused") this.clock({ action: "play" });
    const sameStory = before !== null && before.epoch === view.epoch;
    if (!sameStory) this.dots = [];
    else if (view.clock.playing) this.dots = launch(this.dots, view.flights, this.animation, gap, view.clock.speed);
    // Stopped time keeps its dots where they are; another moment has others.
    else if (!before.clock.playing && before.clock.number !== view.clock.number) this.dots = [];
    this.pace.show(view, !view.clock.playing || !sameStory);
    // The end of a long run that the server's counts do not hold grows: ask again before it is a tenth of the strip.
    if (this.density && view.clock.head_now > this.density.span * 1.1 && !this.fetching) this.refill(() => this.fetchDensity());
    const holes = before === null || before.clock.branch !== view.clock.branch || view.skipped > 0;
    if (holes && !this.fetching) this.refill(() => this.fetchHistory());
  }

  private fetching = false;
  private refill(work: () => Promise<void>): void {
    this.fetching = true;
    window.setTimeout(() => void this.guard(work()).then(() => (this.fetching = false)), 400);
  }

  /** Parameters of the address that could not be followed. */
  readonly ignored: readonly string[];

  private place(wanted: { view: string; selection: string }): void {
    if (VIEWS.includes(wanted.view as ViewName)) this.view = wanted.view as ViewName;
    if (wanted.selection) this.selection = wanted.selection;
  }
}

/** When the page has nothing else to do, or soon all the same. */
const idle = (): Promise<void> => new Promise((done) => ("requestIdleCallback" in window ? void requestIdleCallback(() => done(), { timeout: 500 }) : void setTimeout(done)));

export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.message || t("http.other", { status: error.status });
  if (error instanceof TypeError) return t("link.not-sent");
  throw error;
}

/** The live link to a run: hello, snapshot, deltas; acknowledges at most every 250 ms, measures the round trip, asks again after a gap, reconnects without a reload. */
import { applyDelta, fromSnapshot, type RunView } from "../model/frames";
import { VERSION, type ClientMessage, type ClientSeen, type CommandDone, type Hello, type Notice, type Progress, type ServerMessage } from "../protocol";
import { retryDelay } from "./backoff";

export type LinkState =
  | { kind: "connecting" }
  /** The round trip in ms; null until the first one is measured. */
  | { kind: "live"; latency: number | null }
  | { kind: "waiting"; retryAt: number; attempt: number }
  | { kind: "closed"; reason: "unknown-run" | "refused" | "version" | "not-opened" };

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface Surroundings {
  open: () => Socket;
  now: () => number;
  random: () => number;
  later: (call: () => void, ms: number) => number;
  cancel: (timer: number) => void;
}

export interface Listener {
  onView: (view: RunView) => void;
  onState: (state: LinkState) => void;
  onHello: (hello: Hello) => void;
  onNotice: (notice: Notice) => void;
  onDone: (done: CommandDone) => void;
  onProgress: (progress: Progress) => void;
  /** A client outside has asked the run's Kubernetes API for something. */
  onClient: (seen: ClientSeen) => void;
}

export const ACK_EVERY_MS = 250;
/** The first pings come sooner, so that the chip soon has a number that is not that of a page still loading. */
export const PING_EVERY_MS = 5_000;
const FIRST_PING_MS = 1_000;
const FINAL_CODES: Record<number, "unknown-run" | "refused" | "version"> = { 4404: "unknown-run", 4403: "refused", 4401: "refused", 4406: "version" };

export class Link {
  private socket: Socket | null = null;
  private view: RunView | null = null;
  private attempt = 0;
  /** The server has said hello: before that a socket may still be connecting, and refuses to send. */
  private ready = false;
  private asking = false;
  private ping = { number: 0, sentAt: 0 };
  private pingTimer: number | null = null;
  private ackTimer: number | null = null;
  private retryTimer: number | null = null;
  private stopped = false;

  constructor(
    private readonly around: Surroundings,
    private readonly listener: Listener,
  ) {}

  connect(): void {
    if (this.retryTimer !== null) this.around.cancel(this.retryTimer);
    this.retryTimer = null;
    this.stopped = false;
    this.listener.onState({ kind: "connecting" });
    const socket = this.around.open();
    this.socket = socket;
    this.ready = false;
    socket.onmessage = (event) => this.receive(socket, String(event.data));
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  /** Leave on purpose: no reconnect until `connect`. */
  close(): void {
    this.stopped = true;
    this.socket?.close();
  }

  /** False when there is nobody to send to. */
  send(message: ClientMessage): boolean {
    if (!this.socket || !this.ready) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** History fetched over REST is merged by the owner of the view; deltas go on from what it hands back. */
  replace(view: RunView): void {
    this.view = view;
  }

  private receive(socket: Socket, text: string): void {
    if (socket !== this.socket) return;
    const message = JSON.parse(text) as ServerMessage;
    if (message.t === "hello") this.greeted(message);
    else if (message.t === "snapshot") this.show(fromSnapshot(message, this.view));
    else if (message.t === "delta") this.advance(message);
    else if (message.t === "notice") this.listener.onNotice(message);
    else if (message.t === "command-done") this.listener.onDone(message);
    else if (message.t === "progress") this.listener.onProgress(message);
    else if (message.t === "client") this.listener.onClient(message);
    else if (message.t === "pong") this.measured(message.number);
  }

  private greeted(hello: Hello): void {
    if (hello.version !== VERSION) {
      this.close();
      this.listener.onState({ kind: "closed", reason: "version" });
      return;
    }
    this.attempt = 0;
    this.ready = true;
    this.listener.onHello(hello);
    this.listener.onState({ kind: "live", latency: null });
    if (this.view) this.resume();
    this.pingTimer = this.around.later(() => this.measure(), FIRST_PING_MS);
  }

  private measure(): void {
    this.ping = { number: this.ping.number + 1, sentAt: this.around.now() };
    this.send({ t: "ping", number: this.ping.number });
    this.pingTimer = this.around.later(() => this.measure(), PING_EVERY_MS);
  }

  private measured(number: number): void {
    if (number === this.ping.number) this.listener.onState({ kind: "live", latency: this.around.now() - this.ping.sentAt });
  }

  private advance(message: Extract<ServerMessage, { t: "delta" }>): void {
    const next = this.view && applyDelta(this.view, message);
    if (next === null) this.resume();
    else if (next !== this.view) this.show(next);
  }

  private show(view: RunView): void {
    this.asking = false;
    this.view = view;
    this.listener.onView(view);
    this.ackTimer ??= this.around.later(() => this.acknowledge(), ACK_EVERY_MS);
  }

  private acknowledge(): void {
    this.ackTimer = null;
    if (this.view) this.send({ t: "ack", epoch: this.view.epoch, seq: this.view.seq });
  }

  private resume(): void {
    if (this.asking) return;
    this.asking = true;
    this.send({ t: "resume", epoch: this.view?.epoch ?? 0, seq: this.view?.seq ?? 0 });
  }

  private lost(socket: Socket, code: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.asking = false;
    if (this.ackTimer !== null) this.around.cancel(this.ackTimer);
    if (this.pingTimer !== null) this.around.cancel(this.pingTimer);
    this.ackTimer = this.pingTimer = null;
    const final = FINAL_CODES[code];
    if (final) this.listener.onState({ kind: "closed", reason: final });
    if (final || this.stopped) return;
    const wait = retryDelay(this.attempt++, this.around.random);
    this.listener.onState({ kind: "waiting", retryAt: this.around.now() + wait, attempt: this.attempt });
    this.retryTimer = this.around.later(() => this.connect(), wait);
  }
}

/** The browser as the surroundings of a link. */
export function browserSurroundings(run: () => string): Surroundings {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return {
    open: () => new WebSocket(`${scheme}://${location.host}/ws/v1/runs/${encodeURIComponent(run())}/`) as unknown as Socket,
    now: () => performance.now(),
    random: Math.random,
    later: (call, ms) => window.setTimeout(call, ms),
    cancel: (timer) => window.clearTimeout(timer),
  };
}

import { beforeEach, describe, expect, it } from "vitest";
import type { RunView } from "../../src/model/frames";
import { retryDelay } from "../../src/net/backoff";
import { ACK_EVERY_MS, Link, PING_EVERY_MS, type LinkState, type Socket } from "../../src/net/link";
import type { ClientSeen, ClientMessage, Notice, Progress } from "../../src/protocol";

/** Sockets and a clock that the test moves by hand. */
class Surroundings {
  time = 1000;
  sockets: FakeSocket[] = [];
  timers = new Map<number, { at: number; call: () => void }>();
  private timer = 0;
  open = (): Socket => {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  };
  now = (): number => this.time;
  random = (): number => 0.5;
  later = (call: () => void, ms: number): number => {
    this.timers.set(++this.timer, { at: this.time + ms, call });
    return this.timer;
  };
  cancel = (timer: number): void => void this.timers.delete(timer);

  pass(ms: number): void {
    this.time += ms;
    for (const [timer, { at, call }] of [...this.timers]) {
      if (at > this.time) continue;
      this.timers.delete(timer);
      call();
    }
  }
}

class FakeSocket implements Socket {
  sent: ClientMessage[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send = (text: string): void => void this.sent.push(JSON.parse(text) as ClientMessage);
  close = (): void => this.onclose?.({ code: 1000 });
  say = (message: object): void => this.onmessage?.({ data: JSON.stringify(message) });
}

const clock = { now: 0, number: 0, head_now: 0, head_number: 0, branch: "main", playing: true, speed: 1, achieved: 1, state_hash: "", mode: "live" };
const keyframe = { components: {}, nodes: {}, pods: {}, workloads: {}, services: {}, counts: {} };
const hello = { t: "hello", version: 1, run: "r", title: "", role: "owner", engine: "", epoch: 1, seq: 0, branches: [] };
const snapshot = (seq: number, epoch = 1): object => ({ t: "snapshot", epoch, seq, clock, keyframe, trace: [], branches: [], flights: [] });
const delta = (seq: number, epoch = 1): object => ({ t: "delta", epoch, seq, clock: { ...clock, now: seq }, changed: {}, removed: {}, trace: [], skipped: 0, flights: [], flights_skipped: 0 });

let around: Surroundings;
let views: RunView[];
let states: LinkState[];
let notices: Notice[];
let progress: Progress[];
let clients: ClientSeen[];
let link: Link;
beforeEach(() => {
  around = new Surroundings();
  [views, states, notices, progress, clients] = [[], [], [], [], []];
  link = new Link(around, { onView: (view) => views.push(view), onState: (state) => states.push(state), onHello: () => undefined, onNotice: (notice) => notices.push(notice), onDone: () => undefined, onProgress: (one) => progress.push(one), onClient: (one) => clients.push(one) });
  link.connect();
});
const socket = (): FakeSocket => around.sockets.at(-1)!;

describe("the link", () => {
  it("shows the snapshot and then each delta in order", () => {
    socket().say(hello);
    socket().say(snapshot(4));
    socket().say(delta(5));
    socket().say(delta(6));
    expect(views.map((view) => view.seq)).toEqual([4, 5, 6]);
    expect(states.at(-1)!.kind).toBe("live");
  });

  it("asks for a snapshot once when a frame is missing, and goes on after it", () => {
    socket().say(hello);
    socket().say(snapshot(1));
    socket().say(delta(4));
    socket().say(delta(5));
    expect(socket().sent.filter((one) => one.t === "resume")).toEqual([{ t: "resume", epoch: 1, seq: 1 }]);
    socket().say(snapshot(5));
    socket().say(delta(6));
    expect(views.map((view) => view.seq)).toEqual([1, 5, 6]);
  });

  it("asks again when the history under it is another one", () => {
    socket().say(hello);
    socket().say(snapshot(9));
    socket().say(delta(1, 2));
    expect(socket().sent).toContainEqual({ t: "resume", epoch: 1, seq: 9 });
  });

  it("leaves out a frame that it has seen", () => {
    socket().say(hello);
    socket().say(snapshot(3));
    socket().say(delta(3));
    expect(views).toHaveLength(1);
    expect(socket().sent.filter((one) => one.t === "resume")).toEqual([]);
  });

  it("acknowledges the newest frame, at most every 250 ms", () => {
    socket().say(hello);
    socket().say(snapshot(1));
    for (const seq of [2, 3, 4]) socket().say(delta(seq));
    expect(socket().sent).toEqual([]);
    around.pass(ACK_EVERY_MS);
    expect(socket().sent).toEqual([{ t: "ack", epoch: 1, seq: 4 }]);
    around.pass(ACK_EVERY_MS * 2);
    expect(socket().sent).toHaveLength(1);
  });

  it("hands on what clients of the Kubernetes API have asked", () => {
    socket().say({ t: "client", at: 1, method: "GET", path: "/api/v1/pods", user: "u", agent: "", verb: "list", resource: "pods", subresource: "", namespace: "", name: "", code: 200, write: false, command: null, ms: 1 });
    expect(clients.map((one) => one.path)).toEqual(["/api/v1/pods"]);
  });

  it("hands on how far a rebuild is, before the hello", () => {
    socket().say({ t: "progress", what: "rebuild", done: 41_200, of: 118_000 });
    expect(progress).toMatchObject([{ what: "rebuild", done: 41_200, of: 118_000 }]);
    expect(states.at(-1)!.kind).toBe("connecting");
  });

  it("measures the round trip and says nothing before it has", () => {
    socket().say(hello);
    expect(states.at(-1)).toEqual({ kind: "live", latency: null });
    around.pass(PING_EVERY_MS);
    const [ping] = socket().sent;
    expect(ping).toEqual({ t: "ping", number: 1 });
    around.time += 12;
    socket().say({ t: "pong", number: 1 });
    expect(states.at(-1)).toEqual({ kind: "live", latency: 12 });
    socket().say({ t: "pong", number: 0 });
    expect(states).toHaveLength(3);
    socket().onclose!({ code: 1006 });
    around.pass(PING_EVERY_MS);
    expect(socket().sent.filter((one) => one.t === "ping").length).toBeLessThanOrEqual(1);
  });

  it("reconnects by itself, ever later, and resumes where it was", () => {
    socket().say(hello);
    socket().say(snapshot(7));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      socket().onclose!({ code: 1006 });
      const state = states.at(-1)!;
      if (state.kind !== "waiting") throw new Error("not waiting");
      waits.push(state.retryAt - around.time);
      around.pass(state.retryAt - around.time);
    }
    expect(around.sockets).toHaveLength(5);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]!).toBeLessThan(waits[3]!);
    socket().say(hello);
    expect(socket().sent).toContainEqual({ t: "resume", epoch: 1, seq: 7 });
    expect(states.at(-1)!.kind).toBe("live");
  });

  it("stays closed when the server says that it is no use", () => {
    socket().onclose!({ code: 4404 });
    expect(states.at(-1)).toEqual({ kind: "closed", reason: "unknown-run" });
    around.pass(60_000);
    expect(around.sockets).toHaveLength(1);
  });

  it("stops at another version of the protocol", () => {
    socket().say({ ...hello, version: 99 });
    expect(states.at(-1)).toEqual({ kind: "closed", reason: "version" });
    around.pass(60_000);
    expect(around.sockets).toHaveLength(1);
  });

  it("takes no word from a socket that was given up", () => {
    const first = socket();
    first.onclose!({ code: 1006 });
    around.pass(60_000);
    first.say(snapshot(1));
    expect(views).toEqual([]);
  });

  it("passes notices on and tells when there is nobody to send to", () => {
    socket().say({ t: "notice", id: "notice.view-only", params: {} });
    expect(notices).toHaveLength(1);
    socket().onclose!({ code: 1006 });
    expect(link.send({ t: "clock", action: "pause" })).toBe(false);
  });
});

describe("waiting before a reconnect", () => {
  it("grows from half a second to 15 s, with jitter", () => {
    const middle = Array.from({ length: 10 }, (_, attempt) => retryDelay(attempt, () => 0.5));
    expect(middle).toEqual([...middle].sort((a, b) => a - b));
    expect(Math.max(...middle)).toBeLessThanOrEqual(15_000);
    expect(retryDelay(3, () => 0)).toBeLessThan(retryDelay(3, () => 0.999));
    expect(retryDelay(0, () => 0)).toBeGreaterThan(0);
  });
});

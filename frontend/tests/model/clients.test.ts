import { expect, test } from "vitest";
import { clientOf, commandOf, flightOf, matches, SEEN_MAX, withSeen } from "../../src/model/clients";
import type { ClientSeen } from "../../src/protocol";

const seen = (number: number, more: Partial<ClientSeen> = {}): ClientSeen => ({
  t: "client", number, at: number * 1000, method: "GET", path: "/api/v1/pods?limit=500", user: "kubernetes-admin", agent: "kubectl/v1.33.1 (linux/amd64) kubernetes/abc", verb: "list", resource: "pods", subresource: "", namespace: "", name: "", code: 200, write: false, command: null, ms: 1, ...more,
});

test("a request is listed once, in order, the oldest fall off", () => {
  expect(withSeen(withSeen([], seen(2)), seen(1)).map((one) => one.number)).toEqual([1, 2]);
  expect(withSeen([seen(1)], seen(1))).toHaveLength(1);
  const many = Array.from({ length: SEEN_MAX + 5 }, (_, index) => index + 1).reduce<ClientSeen[]>((list, number) => withSeen(list, seen(number)), []);
  expect([many.length, many[0]!.number]).toEqual([SEEN_MAX, 6]);
});

test("reads fly to the API server, writes are left to the simulation", () => {
  expect(flightOf(seen(1))).toMatchObject({ source: "kubectl", target: "apiserver", letter: "L", label: "pods" });
  expect(flightOf(seen(1, { verb: "create", write: true }))).toBeNull();
  expect(flightOf(seen(1, { verb: "" }))).toBeNull();
});

test("a write is found in the trace by its place in the log", () => {
  const trace = [{ number: 7, at: 1, cause: 0, actor: "clients", id: "command.given", params: { kind: "request", index: 3 } }];
  expect(commandOf(seen(1, { command: 3 }), trace)?.number).toBe(7);
  expect(commandOf(seen(1), trace)).toBeUndefined();
});

test("clients by name, requests by words", () => {
  expect([clientOf(seen(1)), clientOf(seen(1, { agent: "kubectl/v1.33.0 (terminal)" })), clientOf(seen(1, { agent: "" }))]).toEqual(["kubectl", "terminal", "–"]);
  expect([matches(seen(1), "list PODS"), matches(seen(1), "pods 404"), matches(seen(1), "")]).toEqual([true, false, true]);
});

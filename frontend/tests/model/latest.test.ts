import { expect, it } from "vitest";
import { latest } from "../../src/model/latest";
import type { TraceCard } from "../../src/protocol";

const entry = (number: number, id: string): TraceCard => ({ number, at: number, cause: 0, actor: "", id, params: {} });
const TRACE = [entry(1, "node.ready"), entry(2, "command.given"), entry(3, "api.request"), entry(4, "api.refused"), entry(5, "replicaset.create-pods"), entry(5, "kube-proxy.synced"), entry(6, "pod.ready"), entry(9, "pod.stopped")];
const ids = (...asked: [until: number, most: number, since?: number]): string[] => latest(TRACE, ...asked).map((one) => one.id);

it("what happened last is told newest first, without the requests that it took", () => {
  expect(ids(8, 9)).toEqual(["pod.ready", "replicaset.create-pods", "api.refused", "command.given", "node.ready"]);
  expect(ids(8, 2)).toEqual(["pod.ready", "replicaset.create-pods"]);
  expect(ids(5, 9, 2)).toEqual(["replicaset.create-pods", "api.refused", "command.given"]);
  expect(latest([], 8, 2)).toEqual([]);
});

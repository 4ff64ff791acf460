import { describe, expect, it } from "vitest";
import { CATALOGS } from "../../src/i18n/catalog";
import { didOf, edgesOf, progressOf, STAGES, waitingForStore } from "../../src/model/pipeline";
import type { TraceCard } from "../../src/protocol";

const request = (code: number, stages?: Record<string, unknown>): TraceCard => ({ number: 1, at: 0, cause: 0, actor: "apiserver", id: code < 400 ? "api.request" : "api.refused", params: { code, user: "kubernetes-admin", ...(stages ? { stages } : {}) } });

describe("the stages of a request", () => {
  it("are all passed by one that was answered", () => expect(progressOf(request(201))).toEqual({ passed: 6, refused: false, at: -1 }));
  it.each([[401, "authn"], [400, "default"], [403, "admit"], [422, "validate"], [409, "store"], [404, "store"]] as const)("%i is said by %s", (code, stage) => {
    expect(progressOf(request(code))).toEqual({ passed: STAGES.indexOf(stage), refused: true, at: -1 });
  });
  it("end at authorization where the user may not do it", () => {
    const refused = request(403);
    refused.params.message = 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"';
    expect(progressOf(refused)).toEqual({ passed: STAGES.indexOf("authz"), refused: true, at: -1 });
  });
  it("end at the store while etcd has not answered", () => expect(STAGES[waitingForStore.at]).toBe("store"));
});

it("a request travelled from the program that asked, and on to etcd when it was stored", () => {
  const by = (user: string, code = 201): string[] => edgesOf({ ...request(code), params: { user, code } }, "etcd-2");
  expect(by("kubernetes-admin")).toEqual(["kubectl>apiserver", "apiserver>etcd-2"]);
  expect(by("system:node:node-1", 409)).toEqual(["kubelet/node-1>apiserver"]);
  expect(by("system:serviceaccount:kube-system:replicaset-controller")[0]).toBe("kube-controller-manager>apiserver");
  expect(by("somebody", 403)).toEqual([]);
});

it("what a stage did is told from the record, in words that exist", () => {
  const entry = request(201, { authorization: { authorizer: "RBAC", reason: "RBAC: allowed by …" }, defaulting: 4, etcd: 127, watches: 2 });
  const told = [...STAGES, "watches" as const].map((stage) => didOf(entry, stage));
  expect(told.map((one) => one.key)).toEqual(["did.authn", "did.authz", "did.default", "did.admit.none", "did.validate", "did.store", "did.watches"]);
  expect(told.every((one) => one.key in CATALOGS.en)).toBe(true);
  expect(told[1]!.params).toEqual({ mode: "RBAC: allowed by …" });
  expect(didOf(request(201, { admission: [["ServiceAccount", 4], ["Priority", 2]] }), "admit")).toEqual({ key: "did.admit", params: { plugins: ["ServiceAccount (4)", "Priority (2)"] } });
  expect(didOf(request(200, { etcd: 9, conflicts: 2 }), "store")).toEqual({ key: "did.store.conflicts", params: { revision: 9, tries: 2 } });
});

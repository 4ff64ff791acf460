import { describe, expect, it } from "vitest";
import { CATALOGS } from "../../src/i18n/catalog";
import { plain, readMessage } from "../../src/model/reasons";
import { STUCK } from "../decision";

describe("upstream's words", () => {
  it("are read with what is in them", () => {
    expect(plain("Insufficient nvidia.com/gpu")).toEqual({ id: "insufficient", params: { resource: "nvidia.com/gpu" } });
    expect(plain("node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }")).toEqual({ id: "taint", params: { taint: "node-role.kubernetes.io/control-plane", value: "" } });
    expect(plain("node(s) had untolerated taint {dedicated: db}")).toEqual({ id: "taint", params: { taint: "dedicated", value: "db" } });
    expect(plain("node(s) didn't match pod topology spread constraints (missing required label)").id).toBe("spread-label");
    expect(plain("node(s) didn't match pod topology spread constraints").id).toBe("spread");
  });

  it("that nobody knows are shown as they are", () => {
    expect(plain("the moon is full")).toEqual({ id: "other", params: { words: "the moon is full" } });
  });

  it("have a sentence each, in both languages", () => {
    const ids = ["insufficient", "too-many-pods", "taint", "taints", "cordoned", "node-affinity", "added-affinity", "node-name", "ports", "spread-label", "spread", "pod-affinity", "pod-anti-affinity", "existing-anti-affinity", "volume-affinity", "no-volume", "storage", "volume-limit", "volume-zone", "unbound-claim", "no-claim", "lost-volume", "plugins", "other"];
    expect(ids.filter((id) => !(`reason.${id}` in CATALOGS.en && `reason.${id}` in CATALOGS["zh-Hans"]))).toEqual([]);
  });
});

describe("the message of FailedScheduling", () => {
  it("is read into counts", () => {
    expect(readMessage(STUCK.message)).toEqual({ nodes: 3, counted: [{ count: 1, reason: "Insufficient memory" }, { count: 1, reason: "node(s) had untolerated taint(s)" }, { count: 2, reason: "Insufficient cpu" }] });
  });

  it("without counts is left alone", () => {
    expect(readMessage("no nodes available to schedule pods")).toBeNull();
  });
});

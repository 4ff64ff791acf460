import { describe, expect, it } from "vitest";
import { nodeSlots, ordinalsOf } from "../../src/model/places";
import type { ClaimCard, DaemonPart, StatefulPart } from "../../src/protocol";
import { node, pod, workloadCard } from "../journey";

const stateful: StatefulPart = { start: 0, policy: "OrderedReady", service: "db", retention: ["Retain", "Retain"], templates: ["data"], claims: [] };
const claim = (ordinal: number, phase = "Bound"): ClaimCard => ({ name: `data-db-${ordinal}`, ordinal, phase, volume: "", size: "1Gi", storage_class: "" });

describe("ordinals", () => {
  it("are those that are wanted, those that are still there, and those whose claims were kept", () => {
    const set = workloadCard("StatefulSet", "db", { desired: 2, revision: "new", stateful: { ...stateful, claims: [claim(0), claim(3, "Pending")] } });
    const { shown } = ordinalsOf(set, [pod("db-0", "n", "", { revision: "old" }), pod("db-2", "n", "", { status: "terminating", revision: "new" })]);
    expect(shown.map((one) => [one.ordinal, one.wanted, one.pod?.name ?? null, one.updated, one.claims.length])).toEqual([
      [0, true, "db-0", false, 1], [1, true, null, null, 0], [2, false, "db-2", true, 0], [3, false, null, null, 1],
    ]);
  });

  it("begin where the set begins, and of many those that need attention stay", () => {
    const late = workloadCard("StatefulSet", "db", { desired: 2, stateful: { ...stateful, start: 5, templates: [] } });
    expect(ordinalsOf(late, []).shown.map((one) => one.name)).toEqual(["db-5", "db-6"]);
    const many = workloadCard("StatefulSet", "db", { desired: 500, stateful: { ...stateful, templates: [] } });
    const pods = Array.from({ length: 500 }, (_, index) => pod(`db-${index}`, "n", "", { status: index === 321 ? "failed" : "ready" }));
    const { shown, more } = ordinalsOf(many, pods);
    expect(shown.length + more).toBe(500);
    expect(shown.map((one) => one.ordinal)).toContain(321);
  });
});

describe("the nodes of a DaemonSet", () => {
  const refused: DaemonPart = { eligible: 2, revision: "new", refused: [{ reason: { id: "daemonset.refused-taint", params: {} }, nodes: ["control"], count: 1 }] };
  const nodes = { "node-10": node("node-10", 3), "node-2": node("node-2", 2), control: node("control", 1) };

  it("have a pod, lack one, or are passed over; the older of two pods is the predecessor", () => {
    const set = workloadCard("DaemonSet", "agent", { daemon: refused });
    const pods = [pod("a", "node-2", "", { created: 1, revision: "old" }), pod("b", "node-2", "", { created: 2, revision: "new" })];
    const { shown } = nodeSlots(set, pods, nodes);
    expect(shown.map((one) => [one.node, one.pod?.name ?? null, one.surge?.name ?? null, one.updated, one.refused?.id ?? null])).toEqual([
      ["control", null, null, null, "daemonset.refused-taint"], ["node-2", "b", "a", true, null], ["node-10", null, null, null, null],
    ]);
  });

  it("of thousands are shown that have no pod where they should", () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`n${index}`, node(`n${index}`, 1)]));
    const pods = Object.keys(many).filter((name) => name !== "n777").map((name) => pod(`p-${name}`, name, ""));
    const { shown, more } = nodeSlots(workloadCard("DaemonSet", "agent", { daemon: { eligible: 1000, revision: "", refused: [] } }), pods, many);
    expect(shown.length + more).toBe(1000);
    expect(shown.find((one) => one.node === "n777")?.pod).toBeNull();
  });

  it("are not called missing when the reasons do not name them all", () => {
    const part: DaemonPart = { eligible: 1, revision: "", refused: [{ reason: { id: "x", params: {} }, nodes: ["n1"], count: 2 }] };
    const { shown } = nodeSlots(workloadCard("DaemonSet", "agent", { daemon: part }), [pod("p", "n0", "")], { n0: node("n0", 1), n1: node("n1", 2), n2: node("n2", 3) });
    expect(shown.map((one) => one.node)).toEqual(["n0", "n1"]);
  });
});

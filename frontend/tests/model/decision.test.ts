import { describe, expect, it } from "vitest";
import { firstNode, gapsOf, groupsOf, humps, POINTS, refusersOf, rescored, rowOf, scorersOf, stagesOf, suggestionsOf } from "../../src/model/decision";
import { BOUND, refused, STUCK } from "../decision";

const states = (decision: typeof BOUND): Record<string, string> => Object.fromEntries(stagesOf(decision).map((one) => [one.point, one.state]));

describe("the pipeline", () => {
  it("goes from PreFilter to Bind, and skips what was not needed", () => {
    expect(stagesOf(BOUND).map((one) => one.point)).toEqual([...POINTS]);
    expect(states(BOUND)).toMatchObject({ PreFilter: "done", Filter: "done", PostFilter: "skipped", Score: "done", Weight: "done", Bind: "done" });
  });

  it("ends at the filters when nothing fits, and asks PostFilter", () => {
    expect(states(STUCK)).toMatchObject({ Filter: "refused", PostFilter: "refused", Score: "skipped", Bind: "skipped" });
    const helped = { ...STUCK, preemption: { ...STUCK.preemption!, helpful: true, chosen: "node-2" } };
    expect(states(helped).PostFilter).toBe("done");
  });

  it("ends before any node when PreFilter refuses", () => {
    const early = { ...STUCK, pre_filter: [{ plugin: "VolumeBinding", status: "UnschedulableAndUnresolvable", reasons: ["…"], nodes: 0 }] };
    expect(states(early)).toMatchObject({ PreFilter: "refused", Filter: "skipped" });
  });

  it("scores nothing when one node is left", () => {
    const only = { ...BOUND, nodes: BOUND.nodes.slice(0, 1).map((row) => ({ ...row, raw: {}, normalized: {}, weighted: {}, total: 0 })) };
    expect(states(only)).toMatchObject({ Score: "skipped", Normalize: "skipped", Bind: "done" });
  });
});

describe("scores", () => {
  it("put the plugins that tell nodes apart first", () => {
    expect(scorersOf(BOUND)).toEqual(["NodeResourcesFit", "ImageLocality", "NodeResourcesBalancedAllocation", "TaintToleration"]);
  });

  it("give the scheduler's own totals with its own weights", () => {
    const rows = rescored(BOUND, BOUND.weights);
    expect(rows.map((one) => one.total)).toEqual(rows.map((one) => one.row.total));
    expect(rows.map((one) => [one.row.name, one.best])).toEqual([["node-2", true], ["node-1", true], ["node-3", false]]);
  });

  it("give another winner with other weights", () => {
    const [first] = rescored(BOUND, { ...BOUND.weights, ImageLocality: 5, NodeResourcesFit: 0 });
    expect([first!.row.name, first!.best]).toEqual(["node-3", true]);
  });

  it("say what a node lost against the chosen one", () => {
    expect(gapsOf(rowOf(BOUND, "node-3")!, rowOf(BOUND, "node-2")!)).toEqual([{ plugin: "NodeResourcesFit", behind: 35 }, { plugin: "ImageLocality", behind: -10 }, { plugin: "NodeResourcesBalancedAllocation", behind: -10 }]);
    expect(gapsOf(rowOf(BOUND, "node-2")!, rowOf(BOUND, "node-2")!)).toEqual([]);
  });
});

describe("refusals", () => {
  it("are grouped by reason, with the node that is nearest to fitting first", () => {
    expect(groupsOf(STUCK).map((group) => [group.reason, group.count, group.rows.map((row) => row.name)])).toEqual([
      ["Insufficient cpu", 2, ["node-2", "node-1"]],
      ["Insufficient memory", 1, ["node-1"]],
      ["node(s) had untolerated taint(s)", 1, ["control-plane"]],
    ]);
  });

  it("count nodes that are not listed too", () => {
    const large = { ...STUCK, nodes: [refused("node-9", "NodeResourcesFit", "Insufficient cpu")], reasons: [{ plugin: "NodeResourcesFit", reason: "Insufficient cpu", count: 4712 }] };
    expect(groupsOf(large).map((group) => [group.count, group.rows.length])).toEqual([[4712, 1]]);
  });

  it("come with changes: those that are enough first, of the nearest node when none is asked about, a new machine last", () => {
    const [free, lower, label, join] = ["fit.free-resource", "fit.lower-request", "fit.add-label", "fit.add-node"].map((id) => ({ id, params: {}, sufficient: id !== "fit.free-resource" }));
    const helped = { ...STUCK, suggestions: { "node-1": [free!], "node-2": [free!, lower!], "node-3": [label!], "": [join!] } };
    const ids = (node: string): string[] => suggestionsOf(helped, node).map((one) => `${one.id} ${String(one.params.node ?? "")}`);
    expect(ids("node-2")).toEqual(["fit.lower-request node-2", "fit.free-resource node-2", "fit.add-node "]);
    expect(ids("")).toEqual(["fit.lower-request node-2", "fit.free-resource node-2", "fit.add-node "]);
    expect(suggestionsOf(STUCK, "node-1")).toEqual([]);
  });

  it("name the plugins by how many nodes they refused", () => {
    expect(refusersOf(STUCK)).toEqual(["NodeResourcesFit", "TaintToleration"]);
  });
});

it("opens on the chosen node, or on the one nearest to fitting", () => {
  expect([firstNode(BOUND), firstNode({ ...STUCK, nodes: STUCK.nodes.slice(1) }), firstNode({ ...STUCK, nodes: [], reasons: [] })]).toEqual(["node-2", "node-2", ""]);
});

it("breaks the names of plugins between their words", () => {
  expect(humps("NodeResourcesFit")).toEqual(["Node", "Resources", "Fit"]);
});

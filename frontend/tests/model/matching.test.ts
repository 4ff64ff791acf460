import { describe, expect, it } from "vitest";
import { matching } from "../../src/model/matching";
import type { TraceCard } from "../../src/protocol";

const entry = (number: number, id: string, actor = "kubelet/node-1"): TraceCard => ({ number, at: number, cause: 0, actor, id, params: { object: "pod/default/web-1" } });
const trace = [entry(1, "pod.ready"), entry(2, "pod.pulled"), entry(3, "pod.ready", "kubelet/node-2")];

describe("entries that match", () => {
  it("are the trace itself without a filter", () => {
    expect(matching("  ", "en")(trace)).toBe(trace);
  });

  it("are found by field, and new ones join them; what was handed out stays as it was", () => {
    const ready = matching("id:pod.ready", "en");
    const before = ready(trace);
    const after = ready([...trace, entry(4, "pod.pulled"), entry(5, "pod.ready")]);
    expect(before.map((one) => one.number)).toEqual([1, 3]);
    expect(after.map((one) => one.number)).toEqual([1, 3, 5]);
  });

  it("are found by a word of the sentence in the language that is read", () => {
    expect(matching("is ready", "en")(trace)).toHaveLength(2);
    expect(matching("就绪", "zh-Hans")(trace)).toHaveLength(2);
    expect(matching("就绪", "en")(trace)).toHaveLength(0);
  });
});

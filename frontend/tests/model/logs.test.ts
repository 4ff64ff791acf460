import { describe, expect, it } from "vitest";
import { bars, fieldOf, keyOfLine, withField, type LogLine } from "../../src/model/logs";

const line = (at: number, stream = "stdout"): LogLine => ({ at, namespace: "shop", pod: "web", container: "c", node: "node-1", stream, text: "x", start: "id", number: at });

describe("logs", () => {
  it("are counted by stretches of time and by stream", () => {
    const found = bars([line(0), line(1), line(9, "stderr")], 5);
    expect(found.map((one) => [one.out, one.err])).toEqual([[2, 0], [0, 0], [0, 0], [0, 0], [0, 1]]);
    expect(bars([], 5)).toEqual([]);
    expect(bars([line(3)], 2)[0]).toEqual({ from: 3, to: 4, out: 1, err: 0 });
  });

  it("have keys of their own", () => {
    expect(keyOfLine(line(7))).toBe("id/7");
  });

  it("are asked for field by field", () => {
    expect(withField("error pod:web", "pod", "db")).toBe("pod:db error");
    expect(withField("error pod:web", "pod", "")).toBe("error");
    expect(fieldOf(withField("", "namespace", "shop"), "namespace")).toBe("shop");
    expect(fieldOf("error", "namespace")).toBe("");
  });
});

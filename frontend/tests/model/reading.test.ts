import { describe, expect, it } from "vitest";
import { entriesThat, Reading } from "../../src/model/reading";
import type { TraceCard } from "../../src/protocol";

const entry = (number: number, id = "pod.ready"): TraceCard => ({ number, at: number * 10, cause: 0, actor: "kubelet/node-1", id, params: {} });
const trace = (...numbers: number[]): TraceCard[] => numbers.map((number) => entry(number));

describe("a reading of the trace", () => {
  it("looks at every entry once while the trace grows", () => {
    let looked = 0;
    const count = new Reading(() => ({ sum: 0 }), (told, one) => void (looked++, (told.sum += one.number)));
    const whole = trace(1, 2, 3, 4);
    expect(count.of(whole.slice(0, 2)).sum).toBe(3);
    expect(count.of(whole).sum).toBe(10);
    expect(count.of([...whole]).sum).toBe(10);
    expect(looked).toBe(4);
  });

  it("begins anew with a trace that is another one, lost its beginning, or got something in between", () => {
    const numbers = new Reading<number[]>(() => [], (told, one) => void told.push(one.number));
    const whole = trace(1, 2, 5, 6);
    numbers.of(whole);
    expect(numbers.of(whole.slice(1))).toEqual([2, 5, 6]);
    expect(numbers.of([whole[1]!, entry(3), ...whole.slice(2), entry(7)])).toEqual([2, 3, 5, 6, 7]);
    expect(numbers.of(trace(8))).toEqual([8]);
    expect(numbers.of([])).toEqual([]);
  });
});

describe("entries that hold", () => {
  it("are told in their order", () => {
    const ready = entriesThat((one) => one.id === "pod.ready");
    expect(ready.of([entry(1), entry(2, "pod.pulled"), entry(3)]).map((one) => one.number)).toEqual([1, 3]);
  });
});

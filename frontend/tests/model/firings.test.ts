import { describe, expect, it } from "vitest";
import { FiringBook, firingsOf, laneWindow, microseconds } from "../../src/model/firings";
import type { JobPart, TraceCard } from "../../src/protocol";
import { workloadCard } from "../journey";

const MINUTE = 60_000_000;
const entry = (number: number, at: number, id: string, params: Record<string, unknown>): TraceCard => ({ number, at, cause: 0, actor: "kube-controller-manager", id, params });
const cron = workloadCard("CronJob", "tick");
const card = (name: string, given: Partial<JobPart>): ReturnType<typeof workloadCard> =>
  workloadCard("Job", name, { owner: "tick", created: 9 * MINUTE, job: { due: "2025-01-01T00:09:00Z", started: 9 * MINUTE, ended: null, state: "", ...given } as JobPart });
const trace = [
  entry(1, MINUTE + 5, "cronjob.started", { key: "default/tick", job: "tick-1", at: "2025-01-01T00:01:00Z" }),
  entry(2, MINUTE + 20, "job.decided", { key: "default/tick-1", reason: "CompletionsReached" }),
  entry(3, 2 * MINUTE + 5, "cronjob.started", { key: "default/tick", job: "tick-2", at: "2025-01-01T00:02:00Z" }),
  entry(4, 2 * MINUTE + 9, "job.decided", { key: "default/tick-2", reason: "BackoffLimitExceeded" }),
  entry(5, 3 * MINUTE + 5, "cronjob.started", { key: "default/tick", job: "tick-3", at: "2025-01-01T00:03:00Z" }),
  entry(6, 3 * MINUTE + 5, "cronjob.started", { key: "other/tick", job: "tick-3", at: "2025-01-01T00:03:00Z" }),
];

describe("the runs of a CronJob", () => {
  it("are told by the trace, with their ends, though their Jobs are gone", () => {
    const found = firingsOf(new FiringBook().of(trace), cron, [], 10 * MINUTE);
    expect(found.map((one) => [one.job, one.due, one.ended, one.state])).toEqual([
      ["tick-1", MINUTE, MINUTE + 20, "Complete"],
      ["tick-2", 2 * MINUTE, 2 * MINUTE + 9, "Failed"],
      ["tick-3", 3 * MINUTE, null, "gone"],
    ]);
  });

  it("are no later than the playhead, and one that has not ended there runs", () => {
    const cards = [card("tick-2", {})];
    const found = firingsOf(new FiringBook().of(trace), cron, cards, 2 * MINUTE + 6);
    expect(found.map((one) => [one.job, one.state])).toEqual([["tick-1", "Complete"], ["tick-2", ""]]);
  });

  it("include Jobs that the trace does not tell of", () => {
    const found = firingsOf(new FiringBook().of([]), cron, [card("tick-9", { state: "Complete", ended: 9 * MINUTE + 7 })], 10 * MINUTE);
    expect(found).toEqual([{ job: "tick-9", due: 9 * MINUTE, began: 9 * MINUTE, ended: 9 * MINUTE + 7, state: "Complete", event: 0 }]);
  });

  it("lie in a window that looks ahead to the last of the next times and as far back as it helps", () => {
    const next = [1, 2, 3, 4, 5].map((count) => ({ at: (10 + count) * MINUTE }));
    const { from, to } = laneWindow([], next, 10 * MINUTE);
    expect(to).toBeGreaterThan(15 * MINUTE);
    expect(from).toBeLessThan(8 * MINUTE);
    expect(laneWindow([], [], 0)).toEqual({ from: 0, to: 64_800_000 });
  });
});

it("times of the API are times of the run", () => {
  expect(microseconds("2025-01-01T00:01:00Z")).toBe(MINUTE);
  expect(microseconds("2025-01-01T08:01:00+08:00")).toBe(MINUTE);
});

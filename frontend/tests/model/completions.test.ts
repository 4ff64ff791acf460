import { describe, expect, it } from "vitest";
import { cellsOf, countCells, jobsOf, parseIndexes, sizeOf, strip } from "../../src/model/completions";
import type { JobPart, PodCard } from "../../src/protocol";
import { pod, workloadCard } from "../journey";

const job = (given: Partial<JobPart> = {}): JobPart => ({
  indexed: true, completions: 5, parallelism: 2, active: 0, terminating: 0, succeeded: 0, failed: 0, completed: "", failed_indexes: "", backoff_limit: 6, per_index: null,
  backoff_until: null, failures: 0, deadline_at: null, suspended: false, due: "", started: 0, ended: null, state: "", reason: "", message: "", ...given,
});
const at = (index: number, status: string, created = 0): PodCard => pod(`p${index}-${created}`, "n", "", { index, status, created });

describe("indexes", () => {
  it("are read as the status writes them", () => {
    expect(parseIndexes("0-3,5")).toEqual([[0, 3], [5, 5]]);
    expect(parseIndexes("")).toEqual([]);
    expect(parseIndexes("1,x,3-")).toEqual([[1, 1]]);
    expect(sizeOf(parseIndexes("0-3,5"))).toBe(5);
  });
});

describe("the cells of a Job", () => {
  it("of an Indexed one are the state of each index, by its newest pod", () => {
    const cells = cellsOf(job({ completed: "0", failed_indexes: "1" }), [at(0, "succeeded"), at(1, "failed"), at(2, "failed", 1), at(2, "ready", 9), at(3, "failed")]);
    expect(cells.map((one) => one.state)).toEqual(["succeeded", "failed", "ready", "waiting", "waiting"]);
    expect(cells[2]!.pod?.created).toBe(9);
    expect(countCells(cells)).toEqual([{ state: "succeeded", count: 1 }, { state: "ready", count: 1 }, { state: "failed", count: 1 }, { state: "waiting", count: 2 }]);
  });

  it("of another are what succeeded, then what runs, then what is wanted", () => {
    const pods = [at(-1, "succeeded"), at(-1, "failed", 1), at(-1, "creating", 2)];
    expect(cellsOf(job({ indexed: false, completions: 4, succeeded: 2 }), pods).map((one) => one.state)).toEqual(["succeeded", "succeeded", "creating", "waiting"]);
  });

  it("of a work queue are as many as may run, and none is wanted when it is over", () => {
    const queue = job({ indexed: false, completions: null, parallelism: 3 });
    expect(cellsOf(queue, [at(-1, "ready")]).map((one) => one.state)).toEqual(["ready", "waiting", "waiting"]);
    expect(cellsOf({ ...queue, state: "Complete", succeeded: 1 }, []).map((one) => one.state)).toEqual(["succeeded"]);
  });

  it("are one strip when they are too many: every index within its width", () => {
    const parts = strip(job({ completions: 1000, completed: "0-499", failed_indexes: "900" }), [at(701, "creating"), at(700, "ready")], 500);
    expect(parts).toEqual([{ state: "succeeded", x: 0, w: 250 }, { state: "failed", x: 450, w: 1 }, { state: "ready", x: 350, w: 1 }]);
    expect(strip(job({ completions: 1000 }), [at(1, "ready"), at(2, "not-ready"), at(3, "ready"), at(9, "succeeded")], 1000)).toEqual([{ state: "ready", x: 1, w: 3 }]);
    expect(strip(job({ indexed: false, completions: 1000, succeeded: 100, active: 50 }), [], 500)).toEqual([{ state: "succeeded", x: 0, w: 50 }, { state: "ready", x: 50, w: 25 }]);
    expect(strip(job({ indexed: false, completions: 1000 }), [], 500)).toEqual([]);
  });
});

it("the Jobs of a CronJob come newest first", () => {
  const jobs = ["a", "b", "c"].map((name, created) => workloadCard("Job", name, { owner: "cron", created, job: job() }));
  const all = Object.fromEntries([...jobs, workloadCard("Job", "other", { job: job() })].map((one) => [one.uid, one]));
  expect(jobsOf(all, "cron").map((one) => one.name)).toEqual(["c", "b", "a"]);
});

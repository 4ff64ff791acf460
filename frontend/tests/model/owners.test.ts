import { describe, expect, it } from "vitest";
import { allPodsOf, barePods, bareRows, budgetOf, condensedPods, gapSlots, isConverged, jobSlots, measureOf, ownerRows, phaseOf, PODS_MAX, requested, rootOf, rootWorkloads, summaryOf } from "../../src/model/owners";
import type { CronJobPart, JobPart, LoopCard, PodCard, WorkloadCard } from "../../src/protocol";
import { keyframe, pod, workloadCard } from "../journey";

const loop = (given: Partial<LoopCard> = {}): LoopCard => ({ phase: "wait", turns: 3, at: 1, number: 9, stage: 0, stages: 0, writes: [], failures: 0, retry_at: null, refused: null, ...given });
const workload = (kind: string, name: string, given: Partial<WorkloadCard> = {}): WorkloadCard => ({
  ...workloadCard(kind, name), loop: loop(), ...given,
});
const owned = (name: string, owner: string, given: Partial<PodCard> = {}): PodCard => pod(name, "node-1", "10.244.1.9", { owner, ...given });

const web = workload("Deployment", "web");
const old = workload("ReplicaSet", "web-1", { owner: "web", revision: "1", desired: 1 });
const fresh = workload("ReplicaSet", "web-2", { owner: "web", revision: "2", desired: 3 });
const empty = workload("ReplicaSet", "web-0", { owner: "web", revision: "0", desired: 0, total: 0, ready: 0 });
const pods = { a: owned("a", "web-1"), b: owned("b", "web-2", { status: "not-ready" }), c: owned("c", "web-2", { status: "terminating" }), bare: pod("bare", "node-1", "10.244.1.8") };
const frame = keyframe({ pods, workloads: { web, "web-1": old, "web-2": fresh, "web-0": empty } });
const rowName = (row: ReturnType<typeof ownerRows>[number]): string => ("workload" in row ? row.workload.name : "pod" in row ? row.pod.name : row.type);

describe("the owner tree", () => {
  it("has the workloads that a person applied at its roots, and history left out", () => {
    expect(rootWorkloads(frame).map((one) => one.name)).toEqual(["web"]);
    expect(ownerRows(frame, web).map(rowName)).toEqual(["web", "web-1", "a", "web-2", "b", "c"]);
    expect(ownerRows(frame, web).map((row) => row.depth)).toEqual([0, 1, 2, 1, 2, 2]);
    expect(allPodsOf(frame, "web").map((one) => one.name)).toEqual(["a", "b", "c"]);
  });

  it("keeps pods that nobody owns apart", () => {
    expect(barePods(frame).map((one) => one.name)).toEqual(["bare"]);
    expect(bareRows(frame).map(rowName)).toEqual(["bare"]);
  });

  it("is found from anything in it", () => {
    expect(rootOf({ type: "pod", pod: pods.a }, frame)?.name).toBe("web");
    expect(rootOf({ type: "workload", workload: fresh }, frame)?.name).toBe("web");
    expect(rootOf({ type: "pod", pod: pods.bare }, frame)).toBeNull();
    expect(rootOf(null, frame)).toBeNull();
  });

  it("ends every branch at its last row", () => {
    const lasts = ownerRows(frame, web).filter((row) => row.last).map(rowName);
    expect(lasts).toEqual(["web", "a", "web-2", "c"]);
  });
});

describe("Jobs", () => {
  const part = { state: "", suspended: false } as JobPart;
  const cron = workload("CronJob", "tick", { desired: 0, cron: { schedule: "* * * * *" } as CronJobPart });
  const jobs = Array.from({ length: 9 }, (_, index) => workload("Job", `tick-${index}`, { owner: "tick", created: index, job: { ...part, state: index === 2 ? "" : "Complete" } }));
  const frame = keyframe({ pods: {}, workloads: Object.fromEntries([cron, ...jobs].map((one) => [one.uid, one])) });

  it("of a CronJob that are over and not new are one row, until they are asked for", () => {
    expect(ownerRows(frame, cron).map(rowName)).toEqual(["tick", "history", "tick-2", "tick-6", "tick-7", "tick-8"]);
    expect(ownerRows(frame, cron, { "history tick": 50 })).toHaveLength(10);
  });

  it("have slots for what succeeded, what runs, and what is wanted", () => {
    const job = workload("Job", "grid", { desired: 4, available: 2, job: part });
    expect(jobSlots(job, [owned("a", "grid"), owned("b", "grid", { status: "failed" }), owned("c", "grid", { status: "succeeded" })])).toEqual(["succeeded", "succeeded", "ready", "wanted"]);
    expect(jobSlots({ ...job, job: { ...part, state: "Failed" } }, [])).toEqual(["succeeded", "succeeded"]);
  });

  it("are at rest when they are over, whatever their numbers", () => {
    const job = workload("Job", "grid", { desired: 4, total: 1, job: part });
    expect([isConverged(job), isConverged({ ...job, job: { ...part, state: "Failed" } }), isConverged({ ...job, job: { ...part, suspended: true } }), isConverged(cron)]).toEqual([false, true, true, true]);
    expect([measureOf(job), measureOf(cron), measureOf(web)]).toEqual(["3/4", "* * * * *", "3/3"]);
  });
});

it("a budget that is tried shows what it would be", () => {
  const one = workload("Deployment", "web", { desired: 4, strategy: { max_surge: 1, max_unavailable: 1 } });
  expect([budgetOf(one), budgetOf(one, { surge: 3 }), budgetOf(one, { unavailable: 9 })]).toEqual([{ max: 5, min: 3 }, { max: 7, min: 3 }, { max: 5, min: 0 }]);
});

describe("many pods", () => {
  const many = Array.from({ length: 500 }, (_, index) => owned(`p${String(index).padStart(3, "0")}`, "web-2", { created: index, status: index === 250 ? "failed" : "ready" }));

  it("show exceptions, oldest and newest, and lose none", () => {
    const { shown, rest } = condensedPods(many);
    expect(shown.map((one) => one.name)).toEqual(["p000", "p001", "p250", "p498", "p499"]);
    expect(shown.length + rest.length).toBe(500);
  });

  it("show more when asked, until all are shown", () => {
    expect(condensedPods(many, 50).shown).toHaveLength(55);
    expect(condensedPods(many, 1000).rest).toEqual([]);
  });

  it("stay within the limit when everything is an exception", () => {
    const failing = many.map((one) => ({ ...one, status: "failed" }));
    expect(condensedPods(failing).shown.length).toBeLessThanOrEqual(PODS_MAX);
  });

  it("are summed up with the failing ones first", () => {
    expect(summaryOf(many)).toEqual([{ status: "failed", count: 1 }, { status: "ready", count: 499 }]);
  });
});

describe("gap bars", () => {
  it("fill what is wanted with what counts", () => {
    expect(gapSlots(4, [pods.a, pods.b, pods.c])).toEqual(["ready", "not-ready", "wanted", "wanted"]);
    expect(gapSlots(1, [pods.a, pods.b])).toEqual(["ready", "not-ready"]);
    expect(gapSlots(0, [])).toEqual([]);
  });

  it("dot what is asked for and not stored, never more than is missing", () => {
    const asking = { ...fresh, loop: loop({ phase: "act", writes: [{ verb: "create", resource: "pods", count: 4 }] }) };
    expect(requested(frame, asking)).toBe(2);
    expect(requested(frame, fresh)).toBe(0);
    expect(gapSlots(3, [pods.b], 2)).toEqual(["not-ready", "requested", "requested"]);
    expect(ownerRows({ ...frame, workloads: { ...frame.workloads, "web-2": asking } }, web).at(-1)).toMatchObject({ type: "asked", count: 2 });
  });
});

describe("a rollout", () => {
  it("has a ceiling and a floor", () => {
    expect(budgetOf(workload("Deployment", "w", { desired: 4, strategy: { max_surge: 1, max_unavailable: 1 } }))).toEqual({ max: 5, min: 3 });
    expect(budgetOf(workload("Deployment", "w", { desired: 1, strategy: { max_surge: 0, max_unavailable: 2 } }))).toEqual({ max: 1, min: 0 });
  });

  it("has converged when nothing is wanted and nothing is under way", () => {
    expect(isConverged(web)).toBe(true);
    expect(isConverged({ ...web, updated: 1 })).toBe(false);
    expect(isConverged({ ...web, loop: loop({ phase: "act" }) })).toBe(false);
    expect(isConverged({ ...web, loop: loop({ retry_at: 5 }) })).toBe(false);
  });

  it("reads the phase of the loop from the card", () => {
    expect([phaseOf({ ...web, loop: loop({ phase: "compare" }) }), phaseOf({ ...web, loop: null })]).toEqual(["compare", "wait"]);
  });
});

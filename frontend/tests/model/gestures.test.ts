import { describe, expect, it } from "vitest";
import { budgetLine, pauseLine, resolved, restartLine, strategyLine, suspendLine, triggerLine, undoLine } from "../../src/model/gestures";
import type { CronJobPart, DeploymentPart } from "../../src/protocol";
import { workloadCard } from "../journey";

const deployment: DeploymentPart = { paused: false, min_ready: 0, deadline: 600, conditions: [] };
const web = workloadCard("Deployment", "web", { namespace: "shop", deployment });
const tick = workloadCard("CronJob", "tick", { cron: { suspended: true } as CronJobPart });

describe("buttons as lines of kubectl", () => {
  it("name the object and its namespace", () => {
    expect(pauseLine(web)).toBe("kubectl rollout pause deployment/web -n shop");
    expect(pauseLine({ ...web, deployment: { ...deployment, paused: true } })).toBe("kubectl rollout resume deployment/web -n shop");
    expect(undoLine(web)).toBe("kubectl rollout undo deployment/web -n shop");
    expect(undoLine(web, "2")).toBe("kubectl rollout undo deployment/web -n shop --to-revision=2");
    expect(restartLine(web)).toBe("kubectl rollout restart deployment/web -n shop");
    expect(triggerLine(tick, 42)).toBe("kubectl create job tick-manual-42 --from=cronjob/tick -n default");
    expect(suspendLine(tick)).toBe(`kubectl patch cronjob tick -n default --type=merge -p '{"spec":{"suspend":false}}'`);
  });

  it("send numbers as numbers and shares as texts, and let nothing out of the quotes", () => {
    expect(budgetLine(web, "2", "25%")).toContain(`'{"spec":{"strategy":{"rollingUpdate":{"maxSurge":2,"maxUnavailable":"25%"}}}}'`);
    expect(budgetLine(web, "x'; rm", "-1")).toContain(`{"maxSurge":"x; rm","maxUnavailable":-1}`);
    expect(strategyLine(web, "Recreate")).toContain(`{"type":"Recreate","rollingUpdate":null}`);
    expect(strategyLine(web, "RollingUpdate")).toContain(`{"type":"RollingUpdate"}`);
  });
});

it("shares are rounded as the Deployment controller does", () => {
  expect([resolved("25%", 10, true), resolved("25%", 10, false), resolved("3", 10, true), resolved("100%", 7, false), resolved("x", 10, true)]).toEqual([3, 2, 3, 7, null]);
});

import { expect, test } from "vitest";
import { httpOf } from "../../src/model/http";

const entry = (params: Record<string, unknown>) => ({ number: 1, at: 0, cause: 0, actor: "apiserver", id: "api.request", params });

test("a request of the trace as HTTP", () => {
  expect(httpOf(entry({ verb: "create", resource: "deployments.apps", object: "deployment/default/web" }))).toBe("POST /apis/apps/v1/namespaces/default/deployments");
  expect(httpOf(entry({ verb: "patch", resource: "deployments.apps", subresource: "scale", object: "deployment/default/web" }))).toBe("PATCH /apis/apps/v1/namespaces/default/deployments/web/scale");
  expect(httpOf(entry({ verb: "create", resource: "pods", subresource: "binding", object: "pod/default/web-1" }))).toBe("POST /api/v1/namespaces/default/pods/web-1/binding");
  expect(httpOf(entry({ verb: "update", resource: "nodes", object: "node/node-1" }))).toBe("PUT /api/v1/nodes/node-1");
  expect(httpOf(entry({ verb: "delete", resource: "crontabs.stable.example.com", object: "crontab/default/x" }))).toBe("DELETE /apis/stable.example.com/…/namespaces/default/crontabs/x");
  expect(httpOf(entry({ kind: "apply" }))).toBe("");
});

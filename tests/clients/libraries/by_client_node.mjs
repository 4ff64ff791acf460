// The official JavaScript client, `@kubernetes/client-node`. Prints what run.py prints: node by_client_node.mjs KUBECONFIG
import assert from "node:assert";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";

const k8s = createRequire(process.env.ORRERY_CLIENTS_NODE_MODULES + "/")("@kubernetes/client-node");
const config = new k8s.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const namespace = "default";
const labels = { app: "web" };
const container = { name: "nginx", image: "nginx:1.27", ports: [{ containerPort: 80 }] };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace, labels },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  },
};

function until(start, done, patienceMs = 60_000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it did not come true")), patienceMs);
    start((found) => {
      if (done(found)) {
        clearTimeout(timer);
        resolve(found);
      }
    }, reject);
  });
}

const operations = {
  version: async () => assert.equal((await config.makeApiClient(k8s.VersionApi).getCode()).minor, "33"),
  list: async () => {
    const names = (await core.listPodForAllNamespaces()).items.map((pod) => pod.metadata.name);
    assert(names.includes("kube-scheduler-control-plane"));
  },
  create: async () => {
    await apps.createNamespacedDeployment({ namespace, body: deployment });
  },
  informer: async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const informer = k8s.makeInformer(config, path, () => apps.listNamespacedDeployment({ namespace }));
    await until(
      (tell, fail) => {
        for (const verb of ["add", "update"]) informer.on(verb, tell);
        informer.on("error", fail);
        informer.start();
      },
      (found) => found.status?.availableReplicas === 2,
    );
    await informer.stop();
  },
  "dynamic client": async () => {
    const client = k8s.KubernetesObjectApi.makeApiClient(config);
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace }, data: { x: "1" } };
    await client.create(map);
    const found = await client.patch({ ...map, data: { y: "2" } }, undefined, undefined, "trial", undefined,
      "application/merge-patch+json");
    assert.deepEqual(found.data, { x: "1", y: "2" });
  },
  scale: async () => {
    const scale = await apps.readNamespacedDeploymentScale({ name: "web", namespace });
    scale.spec.replicas = 1;
    assert.equal((await apps.replaceNamespacedDeploymentScale({ name: "web", namespace, body: scale })).spec.replicas, 1);
  },
  "status errors": async () => {
    await assert.rejects(core.readNamespacedPod({ name: "nosuch", namespace }), (error) => error.code === 404);
  },
  logs: async () => {
    const pod = { metadata: { name: "p1" }, spec: { containers: [{ ...container, name: "p1" }] } };
    await core.createNamespacedPod({ namespace, body: pod });
    const watch = new k8s.Watch(config);
    let request;
    await until(
      async (tell, fail) => {
        request = await watch.watch(`/api/v1/namespaces/${namespace}/pods`, {}, (_, found) => tell(found), () => {});
      },
      (found) => found.metadata.name === "p1" && found.status.conditions?.some((c) => c.type === "Ready" && c.status === "True"),
    );
    request.abort();
    assert.equal(typeof (await core.readNamespacedPodLog({ name: "p1", namespace })), "string");
  },
  exec: async () => {
    const out = new PassThrough();
    let printed = "";
    out.on("data", (chunk) => (printed += chunk));
    const status = await new Promise((resolve, reject) => {
      new k8s.Exec(config).exec(namespace, "p1", "p1", ["echo", "hi"], out, out, null, false, resolve).catch(reject);
      setTimeout(() => reject(new Error("it did not end")), 60_000).unref();
    });
    assert.equal(status.status, "Success");
    assert.equal(printed, "hi\n");
  },
  delete: async () => {
    await core.deleteNamespacedPod({ name: "p1", namespace });
    await apps.deleteNamespacedDeployment({ name: "web", namespace });
  },
};

for (const [operation, work] of Object.entries(operations)) {
  let wrong = "";
  try {
    await work();
  } catch (error) {
    wrong = `${error.name}: ${String(error.message ?? error).slice(0, 600)}` || "failed";
  }
  console.log(JSON.stringify({ operation, wrong }));
}
process.exit(0);

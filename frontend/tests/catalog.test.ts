import { describe, expect, it } from "vitest";
import { ACTIONS } from "../src/actions";
import { CATALOGS, formatBytes, MESSAGES, tell, translate, translateCount } from "../src/i18n/catalog";
import { POINTS } from "../src/model/decision";
import { STAGES } from "../src/model/pipeline";
import { POOLS } from "../src/model/queue";
import { STATUSES } from "../src/model/status";

const sources = Object.entries(import.meta.glob<string>("../src/**/*.{svelte,ts}", { query: "?raw", import: "default", eager: true }));

/** Keys written out in the sources, and the fixed beginnings of keys that are put together (`status.${…}`). */
function used(): { keys: Map<string, string>; counted: Map<string, string>; beginnings: Map<string, string> } {
  const [keys, counted, beginnings] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  for (const [name, text] of sources) {
    for (const [, call, key] of text.matchAll(/\b(tn?)\(\s*"([\w.-]+)"/g)) (call === "tn" ? counted : keys).set(key!, name);
    for (const [, first, second] of text.matchAll(/\bt\([^"`()]*\? "([\w.-]+)" : "([\w.-]+)"/g)) for (const key of [first!, second!]) keys.set(key, name);
    for (const [, beginning] of text.matchAll(/\bt\(\s*`([\w.-]+\.)\$\{/g)) beginnings.set(beginning!, name);
    for (const [, key] of text.matchAll(/"((?:notice|refused)\.[\w-]+)"/g)) keys.set(key!, name);
    for (const [, key] of text.matchAll(/\{ key: "([\w-]+)", value/g)) keys.set(`fact.${key}`, name);
  }
  return { keys, counted, beginnings };
}

const FAMILIES: Record<string, readonly string[]> = {
  status: [...STATUSES, "gone"],
  stage: STAGES.flatMap((one) => [one, `${one}.long`, `${one}.does`]),
  view: ["architecture", "workloads", "lifecycle", "scheduler", "network", "events", "resources", "logs"],
  doing: ["unscheduled", "scheduled", "sandbox", "network", "pulling", "init", "starting", "not-ready", "ready", "backoff", "terminating", "succeeded", "failed", "evicted", "unknown"],
  phase: ["scheduling", "sandbox", "pull", "init", "starting", "not-ready", "ready", "back-off", "terminating", "succeeded", "evicted"],
  spent: ["scheduling", "sandbox", "pull", "init", "starting", "not-ready", "ready", "back-off", "terminating", "succeeded", "evicted"],
  raft: ["leader", "follower", "candidate", "pre_candidate", "down"],
  node: ["True", "False", "Unknown"],
  role: ["apiserver", "etcd", "scheduler", "controller", "kubelet", "kube-proxy", "flannel", "dns", "kubectl", "router"],
  about: ["apiserver", "etcd", "scheduler", "controller", "kubelet", "kube-proxy", "flannel", "dns", "kubectl", "router"],
  link: ["unknown-run", "unknown-run.help", "refused", "refused.help", "version", "version.help"],
  verdict: ["forwarded", "translated", "encapsulated", "decapsulated", "delivered", "dropped", "rejected"],
  mode: ["past", "yours", "view"],
  progress: ["boot", "boot.open", "rebuild", "rebuild.open", "seek", "seek.open"],
  point: POINTS.flatMap((one) => [one, `${one}.does`]),
  pool: [...POOLS.flatMap((one) => [one, `${one}.none`]), "decided"],
  trial: ["forking", "changing", "playing", "bound", "refused", "waits", "gone", "failed"],
  motion: ["full", "reduced", "none"],
  theme: ["auto", "light", "dark"],
  container: ["waiting", "running", "terminated", "init"],
};

describe("catalogues", () => {
  it("have every key that the sources use", () => {
    const { keys, counted } = used();
    const missing = [...keys].filter(([key]) => !(key in CATALOGS.en)).map(([key, name]) => `${key} (${name})`);
    const counts = [...counted].filter(([key]) => !(`${key}.one` in CATALOGS.en && `${key}.other` in CATALOGS.en)).map(([key, name]) => `${key} (${name})`);
    expect([...missing, ...counts]).toEqual([]);
    expect(keys.size).toBeGreaterThan(200);
  });

  it("have a sentence for every member of the families of keys", () => {
    const missing = Object.entries(FAMILIES).flatMap(([family, members]) => members.map((one) => `${family}.${one}`)).filter((key) => !(key in CATALOGS.en));
    expect(missing).toEqual([]);
    expect(ACTIONS.map((one) => one.name).filter((key) => !(key in CATALOGS.en))).toEqual([]);
    const beginnings = [...used().beginnings].filter(([beginning]) => !Object.keys(CATALOGS.en).some((key) => key.startsWith(beginning)));
    expect(beginnings).toEqual([]);
  });

  for (const [what, both] of [["UI words", CATALOGS], ["messages", MESSAGES]] as const) {
    it(`have the same ${what} in both languages, with the same placeholders`, () => {
      expect(Object.keys(both["zh-Hans"]).sort()).toEqual(Object.keys(both.en).sort());
      const places = (sentence: string): string[] => [...sentence.matchAll(/\{\w+(?::\w+)?\}/g)].map(([place]) => place).sort();
      const differing = Object.keys(both.en).filter((key) => !key.endsWith(".one") && String(places(both.en[key]!)) !== String(places(both["zh-Hans"][key]!)));
      expect(differing).toEqual([]);
      expect(Object.entries(both["zh-Hans"]).filter(([, sentence]) => sentence.trim() === "")).toEqual([]);
    });
  }

  it("put full-width punctuation beside Chinese, never half-width", () => {
    const wrong = Object.entries({ ...CATALOGS["zh-Hans"], ...MESSAGES["zh-Hans"] }).filter(([, sentence]) => /[\u4e00-\u9fff][,;:!?]|您/.test(sentence));
    expect(wrong).toEqual([]);
  });
});

describe("sentences", () => {
  it("tell lengths of time, sizes and short names", () => {
    expect(tell("en", "pod.ready", { object: "pod/default/web-x", duration: 3_030_000 })).toBe("web-x is ready, 3.03 s after its kubelet began");
    expect(tell("zh-Hans", "pod.pulled", { object: "pod/default/web-x", image: "nginx", duration: 85, bytes: 57_400_000 })).toBe("已为 web-x 拉取 nginx，用时 85 µs，57.4 MB");
    expect(formatBytes(999)).toBe("999 B");
    expect(formatBytes(2_500_000_000)).toBe("2.50 GB");
  });

  it("tell a command as it could be typed", () => {
    const given = { kind: "delete", resource: "pods", name: "web-x" };
    expect(tell("en", "command.given", { ...given, namespace: "shop" })).toBe("You: kubectl delete pods web-x -n shop");
    expect(["", "default", undefined].map((namespace) => tell("en", "command.given", { ...given, namespace }))).toEqual(Array(3).fill("You: kubectl delete pods web-x"));
  });

  it("choose the variant for a kind of command", () => {
    expect(tell("en", "command.given", { kind: "scale", resource: "deployments.apps", name: "web", replicas: 5 })).toBe("You: kubectl scale deployments.apps web --replicas=5");
    expect(tell("en", "command.given", { kind: "something-new" })).toBe("You: something-new");
  });

  it("show an unknown id with its parameters instead of hiding it", () => {
    expect(tell("en", "pod.levitated", { object: "pod/default/web-x" })).toBe("pod.levitated (object=pod/default/web-x)");
    expect(translate("zh-Hans", "no.such.key")).toBe("no.such.key");
  });

  it("count in the plural of the language", () => {
    expect([1, 2].map((count) => translateCount("en", "count.pods", count))).toEqual(["1 pod", "2 pods"]);
    expect(translateCount("en", "count.pods", 2000)).toBe("2,000 pods");
    expect(translateCount("zh-Hans", "count.pods", 1)).toBe("1 个 Pod");
  });
});

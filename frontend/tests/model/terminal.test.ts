import { expect, test } from "vitest";
import { completed, curlOf, ENTRIES_MAX, expanded, isWhole, remembered, shared, told, type Typed } from "../../src/model/terminal";

const typed: Typed = { id: "a", line: "kubectl get pods", output: [{ text: "NAME", error: false }], next: 1, left_out: 0, done: false, waits: "watch", code: null, objects: [], requests: [], namespace: "default", session: null };

test("a here-document and a backslash want another line", () => {
  expect(isWhole("kubectl get pods")).toBe(true);
  expect(isWhole("kubectl apply -f - <<EOF\na: 1")).toBe(false);
  expect(isWhole("kubectl apply -f - <<'EOF'\na: 1\nEOF")).toBe(true);
  expect(isWhole("kubectl get \\")).toBe(false);
});

test("what a line prints later comes behind what it has printed", () => {
  const first = told({ key: 1, line: typed.line, typed: null, output: [], problem: "" }, typed);
  const second = told(first, { ...typed, output: [{ text: "web", error: false }], next: 2, done: true, code: 0 });
  expect(second.output.map((line) => line.text)).toEqual(["NAME", "web"]);
  expect(second.typed?.done).toBe(true);
  expect(ENTRIES_MAX).toBeGreaterThan(10);
});

test("history keeps a line once, and !! is the line before", () => {
  expect(remembered(["a", "b"], "a")).toEqual(["b", "a"]);
  expect(expanded("!!", ["a", "b"])).toBe("b");
  expect(expanded("!!", [])).toBe("!!");
});

test("a request as curl, quotes in its body kept", () => {
  expect(curlOf({ method: "GET", path: "/api/v1/pods?limit=500", code: 200, body: "", content_type: "" })).toBe('curl --cacert ca.crt -H "Authorization: Bearer $TOKEN" "$SERVER/api/v1/pods?limit=500"');
  const post = curlOf({ method: "POST", path: "/api/v1/namespaces", code: 201, body: `{"a":"it's"}`, content_type: "application/json" });
  expect(post).toContain("-X POST -H 'Content-Type: application/json' -d '{\"a\":\"it'\\''s\"}'");
});

const found = (word: string, ...candidates: string[]) => ({ word, candidates });

test("goes as far as the candidates agree", () => {
  expect(shared(found("re", "resume", "restart"))).toBe("res");
  expect(shared(found("x"))).toBe("x");
});

test("puts a space behind the only candidate, unless more belongs to the word", () => {
  expect(completed("kubectl g", 9, found("g", "get"))).toEqual({ line: "kubectl get ", cursor: 12 });
  expect(completed("kubectl get po -o js", 20, found("js", "jsonpath="))).toEqual({ line: "kubectl get po -o jsonpath=", cursor: 27 });
});

test("completes the word before the cursor and leaves the rest", () => {
  expect(completed("kubectl de pods", 10, found("de", "describe"))).toEqual({ line: "kubectl describe pods", cursor: 16 });
  expect(completed("kubectl zz", 10, found("zz"))).toEqual({ line: "kubectl zz", cursor: 10 });
});

import { expect, it } from "vitest";
import { firstFullWidth, toHalfWidth } from "../../src/model/fullwidth";

it("finds the first full-width mark that YAML would read as structure", () => {
  expect(firstFullWidth("kind: Pod\nmetadata：\n  name: web")).toEqual({ line: 2, column: 9, character: "：", ascii: ":" });
  expect(firstFullWidth('note: "引号里的：没有关系"\n# 注释里的：也没有')).toBeNull();
});

it("converts it, with the space that a colon needs, and leaves quotes and comments alone", () => {
  expect(toHalfWidth("name：web  # 名称：网站")).toBe("name: web  # 名称：网站");
  expect(toHalfWidth("metadata：\n  labels: {app：web，tier：front}")).toBe("metadata:\n  labels: {app: web,tier: front}");
  expect(toHalfWidth("note: '原样：保留'")).toBe("note: '原样：保留'");
});

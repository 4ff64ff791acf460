/** An object as YAML for reading: block style, keys in the order the server gave, strings quoted only where YAML would read something else. */

const PLAIN = /^[A-Za-z_/.][A-Za-z0-9_./:@+ -]*$/;
const READS_AS_OTHER = /^(true|false|null|yes|no|on|off|~|\.inf|\.nan)$/i;

export function toYaml(value: unknown): string {
  return lines(value, 0).join("\n") + "\n";
}

function lines(value: unknown, depth: number): string[] {
  const pad = "  ".repeat(depth);
  if (Array.isArray(value)) return value.flatMap((item) => itemLines(item, depth));
  if (value !== null && typeof value === "object") {
    return Object.entries(value).flatMap(([key, inner]) => entryLines(pad + scalar(key), inner, depth));
  }
  return [pad + scalar(value)];
}

function entryLines(head: string, inner: unknown, depth: number): string[] {
  if (isEmpty(inner)) return [`${head}: ${Array.isArray(inner) ? "[]" : "{}"}`];
  if (typeof inner === "string" && inner.includes("\n")) return [`${head}: |`, ...inner.replace(/\n$/, "").split("\n").map((line) => "  ".repeat(depth + 1) + line)];
  if (Array.isArray(inner)) return [`${head}:`, ...lines(inner, depth)];
  if (inner !== null && typeof inner === "object") return [`${head}:`, ...lines(inner, depth + 1)];
  return [`${head}: ${scalar(inner)}`];
}

function itemLines(item: unknown, depth: number): string[] {
  const pad = "  ".repeat(depth);
  if (item === null || typeof item !== "object" || isEmpty(item)) return [`${pad}- ${isEmpty(item) ? "{}" : scalar(item)}`];
  const [first, ...rest] = lines(item, depth + 1);
  return [`${pad}- ${first!.trimStart()}`, ...rest];
}

const isEmpty = (value: unknown): boolean => value !== null && typeof value === "object" && Object.keys(value).length === 0;

function scalar(value: unknown): string {
  if (typeof value !== "string") return String(value);
  if (PLAIN.test(value) && !READS_AS_OTHER.test(value) && !/:\s|:$|\s$/.test(value)) return value;
  return JSON.stringify(value);
}

/** Sentences by key. Placeholders are {name}; a key with a count has the forms key.one and key.other. Pure. */
import en from "./en.json";
import zh from "./zh-Hans.json";

export type Lang = "en" | "zh-Hans";
export const CATALOGS: Record<Lang, Record<string, string>> = { en, "zh-Hans": zh };

export type Params = Record<string, unknown>;

export function translate(lang: Lang, key: string, params: Params = {}): string {
  const sentence = CATALOGS[lang][key] ?? CATALOGS.en[key];
  return sentence === undefined ? fallback(key, params) : fill(sentence, params);
}

export function translateCount(lang: Lang, key: string, count: number, params: Params = {}): string {
  const form = new Intl.PluralRules(lang).select(count);
  const exact = `${key}.${form}` in CATALOGS[lang] ? `${key}.${form}` : `${key}.other`;
  return translate(lang, exact, { count: count.toLocaleString(lang), ...params });
}

/** A message of the trace or of a decision; an id that this version does not know is shown with its parameters. */
export function tell(lang: Lang, id: string, params: Params): string {
  const key = `msg.${id}`;
  return key in CATALOGS.en ? translate(lang, key, { ...params, ...readable(params) }) : fallback(id, params);
}

/** "pod/default/web-x" is told as "web-x" inside a sentence. */
function readable(params: Params): Params {
  const told: Params = {};
  if (typeof params.object === "string") told.object = params.object.split("/").slice(2).join("/") || params.object;
  if (typeof params.pod === "string") told.pod = params.pod.split("/").at(-1);
  return told;
}

function fill(sentence: string, params: Params): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => shown(params[name])).replace(/ {2,}/g, " ").trim();
}

function fallback(id: string, params: Params): string {
  const pairs = Object.entries(params).map(([name, value]) => `${name}=${shown(value)}`);
  return pairs.length ? `${id} (${pairs.join(", ")})` : id;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? (Array.isArray(value) ? value.map(shown).join(", ") : JSON.stringify(value)) : String(value);
}

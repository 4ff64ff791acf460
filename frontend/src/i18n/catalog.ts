/** Sentences by key. Placeholders are {name} or {name:format}; a key with a count has the forms key.one and key.other. Pure. */
import messagesEn from "../../../explorer/messages/en.json";
import messagesZh from "../../../explorer/messages/zh-Hans.json";
import { formatClock, formatSpan } from "../model/clock";
import en from "./en.json";
import zh from "./zh-Hans.json";

export type Lang = "en" | "zh-Hans";
export const CATALOGS: Record<Lang, Record<string, string>> = { en, "zh-Hans": zh };
/** Sentences of trace entries, decisions and packet reasons, by message id. The server reads the same files (explorer/catalogue.py). */
export const MESSAGES: Record<Lang, Record<string, string>> = { en: messagesEn, "zh-Hans": messagesZh };

export type Params = Record<string, unknown>;

export function translate(lang: Lang, key: string, params: Params = {}): string {
  const sentence = CATALOGS[lang][key] ?? CATALOGS.en[key];
  return sentence === undefined ? fallback(key, params) : fill(sentence, params);
}

// Made once: making one takes longer than many sentences.
const FORMS = { en: new Intl.PluralRules("en"), "zh-Hans": new Intl.PluralRules("zh-Hans") };
const NUMBERS = { en: new Intl.NumberFormat("en"), "zh-Hans": new Intl.NumberFormat("zh-Hans") };

export function translateCount(lang: Lang, key: string, count: number, params: Params = {}): string {
  const form = FORMS[lang].select(count);
  const exact = `${key}.${form}` in CATALOGS[lang] ? `${key}.${form}` : `${key}.other`;
  return translate(lang, exact, { count: NUMBERS[lang].format(count), ...params });
}

/**
 * A message of the trace or of a decision. A sentence may be for one kind of command or fault only ("command.given.apply");
 * an id that this version does not know is shown with its parameters.
 */
export function tell(lang: Lang, id: string, params: Params): string {
  const variant = `${id}.${String(params.kind ?? params.fault ?? "")}`;
  const sentence = MESSAGES[lang][variant] ?? MESSAGES[lang][id] ?? MESSAGES.en[id];
  return sentence === undefined ? fallback(id, params) : fill(sentence, params);
}

const PLACE = /\{(\w+)(?::(\w+))?\}/g;
const fill = (sentence: string, params: Params): string =>
  sentence.replace(PLACE, (_, name: string, format: string | undefined) => formatted(params[name], format ?? DEFAULT_FORMATS[name] ?? "plain")).replace(/ {2,}/g, " ").trim();

/** Inside a sentence "pod/default/web-x" reads as "web-x". */
const DEFAULT_FORMATS: Record<string, string> = { object: "name", pod: "name", user: "user" };

/** The formats that a placeholder may ask for. Values of the trace are µs and bytes. */
const FORMATS: Record<string, (value: unknown) => string> = {
  plain: shown,
  path: shown,
  user: (value) => shortUser(shown(value)),
  name: (value) => shown(value).split("/").at(-1)!,
  span: (value) => formatSpan(Number(value)),
  at: (value) => formatClock(Number(value)),
  bytes: (value) => formatBytes(Number(value)),
  flag: (value) => (value && value !== "default" ? `-n ${shown(value)}` : ""),
  sub: (value) => (value ? `/${shown(value)}` : ""),
};

/** "system:serviceaccount:kube-system:deployment-controller" reads as "deployment-controller", "system:node:node-1" as "kubelet/node-1". */
export function shortUser(user: string): string {
  const node = /^system:node:(.+)$/.exec(user);
  return node ? `kubelet/${node[1]}` : user.startsWith("system:") ? user.split(":").at(-1)! : user;
}

function formatted(value: unknown, format: string): string {
  if (value === undefined || value === null) return "";
  return (FORMATS[format] ?? shown)(value);
}

/** Sizes of images, in the units of `docker images`. */
export function formatBytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`;
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(2)} GB`;
}

function fallback(id: string, params: Params): string {
  const pairs = Object.entries(params).map(([name, value]) => `${name}=${shown(value)}`);
  return pairs.length ? `${id} (${pairs.join(", ")})` : id;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? (Array.isArray(value) ? value.map(shown).join(", ") : JSON.stringify(value)) : String(value);
}

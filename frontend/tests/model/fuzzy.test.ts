import { describe, expect, it } from "vitest";
import { ACTIONS } from "../../src/actions";
import { CATALOGS } from "../../src/i18n/catalog";
import PINYIN from "../../src/i18n/pinyin.json";
import { fit, initialsOf, likeness } from "../../src/model/fuzzy";

const SEARCHED = [...ACTIONS.map((one) => one.name), ...Object.keys(CATALOGS["zh-Hans"]).filter((key) => key.startsWith("keywords."))];

describe("names", () => {
  it("are found by a part, by the beginning of a word, and by letters in their order", () => {
    expect(fit("scale", ["Scale"])).toBeGreaterThan(fit("cale", ["Scale"]));
    expect(fit("live edge", ["Go to the live edge"])).toBeGreaterThan(0);
    expect(fit("mnfst", ["Apply a manifest"])).toBeGreaterThan(0);
    expect(fit("xyz", ["Apply a manifest"])).toBe(0);
    expect(fit("apply xyz", ["Apply a manifest"])).toBe(0);
    expect(fit("pdweb", ["pod/default/another-long-name-of-a-web"])).toBe(0);
  });

  it("in Chinese are found by their characters and by pinyin initials", () => {
    expect(initialsOf("停止 API server")).toBe("tzapiserver");
    const scale = [CATALOGS["zh-Hans"]["action.scale"]!, ...CATALOGS["zh-Hans"]["keywords.scale"]!.split(" ")];
    for (const typed of ["扩", "kr", "ks", "副本"]) expect(fit(typed, scale), typed).toBeGreaterThan(0);
    expect(fit("zz", scale)).toBe(0);
  });

  it("have pinyin for every character that can be searched", () => {
    const characters = SEARCHED.flatMap((key) => [...CATALOGS["zh-Hans"][key]!]).filter((one) => /\p{Script=Han}/u.test(one));
    expect(characters.length).toBeGreaterThan(100);
    expect([...new Set(characters.filter((one) => !(one in PINYIN)))]).toEqual([]);
    expect(Object.values(PINYIN).every((letter) => /^[a-z]$/.test(letter))).toBe(true);
  });

  it("that nobody has are told which are like them", () => {
    expect(likeness("scal", "Scale")).toBeGreaterThan(likeness("scal", "Share"));
    expect(likeness("a", "a")).toBe(0);
  });
});

it("words to search by belong to actions that there are", () => {
  const ids = new Set(ACTIONS.map((one) => one.id));
  expect(Object.keys(CATALOGS.en).filter((key) => key.startsWith("keywords.") && !ids.has(key.slice(9)))).toEqual([]);
});

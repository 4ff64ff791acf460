/** The language of the page. Changing it keeps the moment: nothing is reloaded. */
import { tell as tellIn, translate, translateCount, type Lang, type Params } from "./catalog";

class Language {
  current = $state<Lang>("en");

  set(lang: Lang): void {
    this.current = lang;
    document.documentElement.lang = lang;
    document.cookie = `orrery_lang=${lang}; path=/; max-age=31536000; SameSite=Lax`;
  }
}

export const language = new Language();
export const langOf = (tag: string): Lang => (tag.toLowerCase().startsWith("zh") ? "zh-Hans" : "en");

export const t = (key: string, params: Params = {}): string => translate(language.current, key, params);
export const tn = (key: string, count: number, params: Params = {}): string => translateCount(language.current, key, count, params);
export const tell = (message: { id: string; params: Params }): string => tellIn(language.current, message.id, message.params);

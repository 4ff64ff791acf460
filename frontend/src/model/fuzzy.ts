/** Finding a name by a part of it, by letters in their order, or by the pinyin initials of its characters. */
import PINYIN from "../i18n/pinyin.json";

const INITIALS: Record<string, string> = PINYIN;

/** "扩容" → "kr", "停止 API server" → "tzapiserver": what somebody types who does not switch the input method on. */
export function initialsOf(text: string): string {
  return [...text.toLowerCase()].map((one) => INITIALS[one] ?? (/[a-z0-9]/.test(one) ? one : "")).join("");
}

const hasHan = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** How well all words of a query fit the names of one thing; 0: not at all. */
export function fit(query: string, names: readonly string[]): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scores = words.map((word) => Math.max(...names.map((name) => fitOne(word, name.toLowerCase()))));
  return scores.includes(0) ? 0 : scores.reduce((sum, one) => sum + one, 1);
}

function fitOne(word: string, name: string): number {
  const at = name.indexOf(word);
  if (at >= 0) return at === 0 ? 9 : /[\s/·:.-]/.test(name[at - 1]!) ? 8 : 6;
  const initials = hasHan(name) ? initialsOf(name).indexOf(word) : -1;
  if (initials >= 0) return initials === 0 ? 7 : 5;
  return word.length > 1 && spread(word, name) <= 2.5 * word.length ? 2 : 0;
}

/** The shortest stretch of the name that has all letters of the word in order. */
function spread(word: string, name: string): number {
  let best = Infinity;
  for (let start = name.indexOf(word[0]!); start >= 0; start = name.indexOf(word[0]!, start + 1)) {
    let end = start;
    for (const letter of word.slice(1)) {
      end = name.indexOf(letter, end + 1);
      if (end < 0) return best;
    }
    best = Math.min(best, end - start + 1);
  }
  return best;
}

/** Likeness (0…1) of two names by the pairs of letters that they share: for "did you mean". */
export function likeness(a: string, b: string): number {
  const pairs = (text: string): string[] => [...text.toLowerCase()].slice(1).map((letter, index) => text.toLowerCase()[index]! + letter);
  const [mine, other] = [pairs(a), pairs(b)];
  const shared = mine.filter((pair) => other.includes(pair)).length;
  return (2 * shared) / Math.max(1, mine.length + other.length);
}

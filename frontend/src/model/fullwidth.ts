/** Full-width punctuation that a Chinese input method types where YAML needs the half-width kind. */
const HALF: Record<string, string> = { "：": ":", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "（": "(", "）": ")", "【": "[", "】": "]", "｛": "{", "｝": "}", "－": "-", "＃": "#", "\u3000": " " };
const ANY = new RegExp(`[${Object.keys(HALF).join("")}]`);

export interface FullWidth {
  line: number;
  column: number;
  character: string;
  ascii: string;
}

/** The first one that YAML reads as structure: not inside quotes, not in a comment. */
export function firstFullWidth(text: string): FullWidth | null {
  for (const [index, row] of text.split("\n").entries()) {
    const bare = withoutQuotesAndComment(row);
    const column = bare.search(ANY);
    if (column >= 0) return { line: index + 1, column: column + 1, character: bare[column]!, ascii: HALF[bare[column]!]! };
  }
  return null;
}

/** Every one of them converted, except inside quotes and comments. A full-width colon gets the space that YAML needs after it. */
export function toHalfWidth(text: string): string {
  return text.split("\n").map(convertRow).join("\n");
}

function convertRow(row: string): string {
  const bare = withoutQuotesAndComment(row);
  return [...row].map((character, index) => (bare[index] === character && character in HALF ? HALF[character]! + (character === "：" && /\S/.test(row[index + 1] ?? "") ? " " : "") : character)).join("");
}

/** The row with quoted parts and its comment replaced by blanks of the same length. */
const withoutQuotesAndComment = (row: string): string => row.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|(?:^|\s)#.*$/g, (part) => "\0".repeat(part.length));

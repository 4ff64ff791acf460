/** Moments that the reader marked, kept in the browser: so many of a run, and of the runs marked last. */
export interface Bookmark {
  branch: string;
  event: number;
  at: number;
}

export type Shelf = Record<string, Bookmark[]>;

export const BOOKMARKS_MAX = 50;
export const RUNS_MAX = 30;

/** The shelf with this run's marks on it, the newest run last; what is too old falls off. */
export function shelved(shelf: Shelf, run: string, marks: readonly Bookmark[]): Shelf {
  const others = Object.entries(shelf).filter(([name]) => name !== run);
  const all: [string, Bookmark[]][] = marks.length ? [...others, [run, marks.slice(-BOOKMARKS_MAX)]] : others;
  return Object.fromEntries(all.slice(-RUNS_MAX));
}

/** The marks with this moment marked, or no longer marked. */
export function toggled(marks: readonly Bookmark[], moment: Bookmark): Bookmark[] {
  const others = marks.filter((one) => one.branch !== moment.branch || one.event !== moment.event);
  return others.length < marks.length ? others : [...others, moment].slice(-BOOKMARKS_MAX);
}

/** What was kept, or an empty shelf when it is not ours: anything can be in a browser's storage. */
export function parseShelf(text: string | null): Shelf {
  if (!text) return {};
  try {
    const found: unknown = JSON.parse(text);
    return found !== null && typeof found === "object" && Object.values(found).every(Array.isArray) ? (found as Shelf) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

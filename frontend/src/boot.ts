/** What the Django template hands to the page, in <script type="application/json" id="boot">. */
export interface Boot {
  /** "" when there is no run yet: the front page starts one, a share link is opened as the reader's own copy. */
  run: string;
  role?: "owner" | "viewer";
  token?: string;
  lang: string;
  page: "landing" | "run" | "share" | "missing";
  /** The slug of a share link. */
  share?: string;
}

export function readBoot(doc: Document): Boot {
  const element = doc.getElementById("boot");
  if (!element?.textContent) throw new Error("the page has no boot data");
  return JSON.parse(element.textContent) as Boot;
}

export interface Place {
  view: string;
  selection: string;
  /** Parameters that nobody knows, or with a value that cannot be, as they were written. */
  ignored: string[];
}

const IGNORED_MAX = 12;
const LENGTH_MAX = 80;

/** The part of the address that keeps one's place in a run over a reload: ?view=network&select=pod/default/web-x. */
export function placeOf(search: string, views: readonly string[]): Place {
  const place: Place = { view: "", selection: "", ignored: [] };
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === "view" && views.includes(value)) place.view = value;
    else if (name === "select" && value.includes("/")) place.selection = value;
    else if (place.ignored.length < IGNORED_MAX) place.ignored.push(`${name}=${value}`.slice(0, LENGTH_MAX));
  }
  return place;
}

export function addressOf(path: string, place: { view: string; selection: string }): string {
  const query = [place.view === "architecture" ? "" : `view=${place.view}`, place.selection ? `select=${encodeURIComponent(place.selection).replaceAll("%2F", "/")}` : ""].filter(Boolean).join("&");
  return query ? `${path}?${query}` : path;
}

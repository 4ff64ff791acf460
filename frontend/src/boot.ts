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

/** The part of the address that keeps one's place in a run over a reload: ?view=network&select=pod/default/web-x. */
export function placeOf(search: string): { view: string; selection: string } {
  const query = new URLSearchParams(search);
  return { view: query.get("view") ?? "", selection: query.get("select") ?? "" };
}

export function addressOf(path: string, place: { view: string; selection: string }): string {
  const query = [place.view === "architecture" ? "" : `view=${place.view}`, place.selection ? `select=${encodeURIComponent(place.selection).replaceAll("%2F", "/")}` : ""].filter(Boolean).join("&");
  return query ? `${path}?${query}` : path;
}

/** What the Django template hands to the page, in <script type="application/json" id="boot">. */
export interface Share {
  slug?: string;
  branch?: string;
  event?: number;
  view?: string;
  selection?: string;
}

export interface Boot {
  run: string;
  role: "owner" | "viewer";
  token?: string;
  lang: string;
  page: "landing" | "run" | "share";
  share?: Share;
}

export function readBoot(doc: Document): Boot {
  const element = doc.getElementById("boot");
  if (!element?.textContent) throw new Error("the page has no boot data");
  return JSON.parse(element.textContent) as Boot;
}

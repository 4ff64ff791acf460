/** Where the words beside a dot go: right, left, above, below, then the corners. The first place that touches nothing wins. */
import { overlaps, type Box, type Point } from "./geometry";

export interface Wanted {
  at: Point;
  text: string;
  mine: boolean;
}

export interface Label extends Wanted {
  x: number;
  y: number;
  anchor: "start" | "end" | "middle";
}

const LETTER = 6.4;
const HEIGHT = 16;
/** So many labels may lie across an upright line, which their halo cuts, never along one: a quiet picture is told even where lines are dense. */
const ACROSS_MAX = 3;
const THIN = 8;

interface Place {
  x: number;
  y: number;
  anchor: Label["anchor"];
  box: Box;
}

function placesOf({ at, text, mine }: Wanted): Place[] {
  const w = text.length * LETTER;
  const gap = mine ? 20 : 15;
  const place = (dx: number, dy: number, anchor: Label["anchor"]): Place => {
    const x = at.x + dx;
    const left = anchor === "start" ? x - 1 : anchor === "end" ? x - w + 1 : x - w / 2;
    return { x, y: at.y + dy, anchor, box: { x: left, y: at.y + dy - 12, w, h: HEIGHT } };
  };
  return [place(gap, 4, "start"), place(-gap, 4, "end"), place(0, -gap + 1, "middle"), place(0, gap + 9, "middle"), place(9, -gap + 3, "start"), place(-9, -gap + 3, "end"), place(9, gap + 7, "start"), place(-9, gap + 7, "end")];
}

/** Labels for those that find a place clear of boxes, lines and each other; the others go without. */
export function placeLabels(wanted: readonly Wanted[], boxes: readonly Box[], lines: readonly Box[]): Label[] {
  const taken: Box[] = [...boxes];
  const placed: Label[] = [];
  let across = 0;
  for (const one of wanted) {
    const free = placesOf(one).filter((place) => !taken.some((other) => overlaps(place.box, other)));
    const clear = free.find((place) => !lines.some((line) => overlaps(place.box, line)));
    const found = clear ?? (across < ACROSS_MAX ? free.find((place) => lines.every((line) => line.w < THIN || !overlaps(place.box, line))) : undefined);
    if (!found) continue;
    if (!clear) across++;
    taken.push(found.box);
    placed.push({ ...one, x: found.x, y: found.y, anchor: found.anchor });
  }
  return placed;
}

/** Points, boxes and polylines. */
export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export const centre = (box: Box): Point => ({ x: box.x + box.w / 2, y: box.y + box.h / 2 });

/** A hexagon with its points at the left and right, 28 % of its height deep. */
export function hexagon({ x, y, w, h }: Box): string {
  const depth = h * 0.28;
  return [`${x + depth},${y}`, `${x + w - depth},${y}`, `${x + w},${y + h / 2}`, `${x + w - depth},${y + h}`, `${x + depth},${y + h}`, `${x},${y + h / 2}`].join(" ");
}

export const pathOf = (points: readonly Point[]): string => points.map((one, index) => `${index ? "L" : "M"}${one.x} ${one.y}`).join(" ");

/** The point at a share (0…1) of a polyline's length. */
export function along(points: readonly Point[], share: number): Point {
  const lengths = points.slice(1).map((one, index) => distance(points[index]!, one));
  let left = lengths.reduce((sum, one) => sum + one, 0) * Math.min(1, Math.max(0, share));
  for (const [index, length] of lengths.entries()) {
    if (left <= length) return mix(points[index]!, points[index + 1]!, length ? left / length : 0);
    left -= length;
  }
  return points.at(-1)!;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const mix = (a: Point, b: Point, share: number): Point => ({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });

/** An arrowhead 8 × 7 whose tip lies on `tip`, coming from `from`. */
export function arrowhead(from: Point, tip: Point): string {
  const angle = Math.atan2(tip.y - from.y, tip.x - from.x);
  const corner = (back: number, side: number): string => {
    const x = tip.x - back * Math.cos(angle) - side * Math.sin(angle);
    const y = tip.y - back * Math.sin(angle) + side * Math.cos(angle);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return `${tip.x},${tip.y} ${corner(8, 3.5)} ${corner(8, -3.5)}`;
}

/** Boxes around the straight parts of a polyline: what a label must not lie on. */
export const segmentBoxes = (points: readonly Point[], margin = 3): Box[] =>
  points.slice(1).map((to, index) => {
    const from = points[index]!;
    return { x: Math.min(from.x, to.x) - margin, y: Math.min(from.y, to.y) - margin, w: Math.abs(to.x - from.x) + 2 * margin, h: Math.abs(to.y - from.y) + 2 * margin };
  });

export const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Events as a picture: a lane per actor, time to the right, an arrow from each event to what it led to. Spaced by order, since many share one instant. */
import type { TraceCard } from "../protocol";
import type { Point } from "./geometry";

export const LANE_HEIGHT = 40;
export const STEP = 34;

export interface CauseNode extends Point {
  entry: TraceCard;
  /** Its place among all entries. */
  place: number;
}

export interface CausePicture {
  actors: string[];
  nodes: CauseNode[];
  arrows: { from: CauseNode; to: CauseNode }[];
  width: number;
  height: number;
  /** By how much the picture is moved to the left. An entry keeps its x while newer ones come. */
  offset: number;
}

/** The newest `most` entries, each with an arrow from its nearest cause that was told (the server looks past those that were not). */
export function layoutCauses(entries: readonly TraceCard[], most: number, left: number): CausePicture {
  const first = Math.max(0, entries.length - most);
  const shown = entries.slice(first);
  const actors = [...new Set(shown.map((entry) => entry.actor))].sort();
  const lanes = new Map(actors.map((actor, index) => [actor, 40 + index * LANE_HEIGHT + LANE_HEIGHT / 2]));
  const nodes = shown.map((entry, index) => ({ entry, place: first + index, x: left + (first + index) * STEP + STEP / 2, y: lanes.get(entry.actor)! }));
  const byNumber = new Map(nodes.map((node) => [node.entry.number, node]));
  const arrows = nodes.flatMap((to) => {
    const from = byNumber.get(to.entry.cause);
    return from && from !== to ? [{ from, to }] : [];
  });
  return { actors, nodes, arrows, width: left + shown.length * STEP + 40, height: 56 + actors.length * LANE_HEIGHT, offset: first * STEP };
}

/** What is between two x of the picture as it is moved: the rest is not drawn. */
export function inSight(picture: CausePicture, from: number, to: number): Pick<CausePicture, "nodes" | "arrows"> {
  const [low, high] = [from + picture.offset, to + picture.offset];
  return { nodes: picture.nodes.filter((node) => node.x >= low && node.x <= high), arrows: picture.arrows.filter((arrow) => arrow.to.x >= low && arrow.from.x <= high) };
}

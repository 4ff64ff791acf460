/** Events as a picture: a lane per actor, time to the right, an arrow from each event to what it led to. Spaced by order, since many share one instant. */
import type { TraceCard } from "../protocol";
import type { Point } from "./geometry";

export const LANE_HEIGHT = 40;
export const STEP = 34;

export interface CauseNode extends Point {
  entry: TraceCard;
}

export interface CausePicture {
  actors: string[];
  nodes: CauseNode[];
  arrows: { from: CauseNode; to: CauseNode }[];
  width: number;
  height: number;
}

/** The newest `most` entries, each with an arrow from its nearest cause that was told (the server looks past those that were not). */
export function layoutCauses(entries: readonly TraceCard[], most: number, left: number): CausePicture {
  const shown = entries.slice(-most);
  const actors = [...new Set(shown.map((entry) => entry.actor))].sort();
  const nodes = shown.map((entry, index) => ({ entry, x: left + index * STEP + STEP / 2, y: 40 + actors.indexOf(entry.actor) * LANE_HEIGHT + LANE_HEIGHT / 2 }));
  const byNumber = new Map(nodes.map((node) => [node.entry.number, node]));
  const arrows = nodes.flatMap((to) => {
    const from = byNumber.get(to.entry.cause);
    return from && from !== to ? [{ from, to }] : [];
  });
  return { actors, nodes, arrows, width: left + shown.length * STEP + 40, height: 56 + actors.length * LANE_HEIGHT };
}

/** How much room the containers, endpoints, conditions and Events of the selected pod need below its lane. */
import type { RunView } from "../../model/frames";
import type { Lane } from "../../model/lifecycle";

export const SUB = 18;
const TICKS = 22;
const MOST = 8;

export function detailHeight(run: RunView, lane: Lane): number {
  const pod = run.keyframe.pods[lane.uid];
  return pod ? Math.min(MOST, pod.containers.length) * SUB + SUB + TICKS : 0;
}

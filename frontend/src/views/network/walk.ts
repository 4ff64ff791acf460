/** What the network view shows of a sent packet, for its drawing, panels, table and text alike. */
import { t } from "../../i18n/index.svelte";
import type { Path } from "../../layout/network";
import { addressOfPod, hopsOf, isOutside, nodesOnPath, serviceOf, stationOf, visitsOf, type Sent, type Station, type Visit, type Way } from "../../model/packet";
import { shortName } from "../../model/status";
import type { Hop, Keyframe, ServiceCard } from "../../protocol";

export interface Walk {
  sent: Sent;
  way: Way;
  hops: Hop[];
  stations: Station[];
  visits: Visit[];
  service: ServiceCard | null;
  path: Path;
}

export function walkOf(sent: Sent, way: Way, keyframe: Keyframe): Walk {
  const service = serviceOf(sent, keyframe);
  const stations = (one: Way): Station[] => hopsOf(sent.journey, one).map((hop) => stationOf(hop, one, service));
  const all = [...stations("request"), ...stations("reply")];
  const pods = all.flatMap((one) => (one.kind === "pod" ? [one.pod] : []));
  const serviceNode = all.find((one) => one.kind === "service");
  const path = { nodes: [...new Set([...nodesOnPath(sent.journey, keyframe), ...targetNode(sent.ask.to, keyframe)])], pods: [...new Set(pods)], serviceNode: serviceNode?.kind === "service" ? serviceNode.node : "" };
  return { sent, way, hops: hopsOf(sent.journey, way), stations: stations(way), visits: visitsOf(stations(way)), service, path };
}

/** The node that the packet is meant for: it is drawn also when the packet never comes there. */
function targetNode(to: string, keyframe: Keyframe): string[] {
  const name = to.startsWith("node/") ? to.slice(5) : (Object.values(keyframe.pods).find((pod) => to === addressOfPod(pod) || to === pod.ip)?.node ?? "");
  return name in keyframe.nodes ? [name] : [];
}

/** What the place does, beside its name: "nat PREROUTING", "in", "encapsulate"; nothing where the name says it. */
export function doesWhat(hop: Hop): string {
  if (hop.chain) return hop.chain;
  if (hop.direction && ["device", "bridge", "switch"].includes(hop.step)) return t(`hop.${hop.direction}`);
  const word = t(`step.${hop.step}`);
  return word === whereOf(hop) ? "" : word;
}

/** Where a hop is: "curl eth0", "router lan0", "cni0", "routing". */
export function whereOf(hop: Hop): string {
  if (hop.node === "switch") return hop.device ? t("hop.port", { port: endName(hop.device) }) : t("component.switch");
  if (hop.netns.startsWith("pod/")) return `${shortPod(hop)} ${hop.device}`.trim();
  if (isOutside(hop)) return `${t(`component.${hop.node}`)} ${hop.device}`.trim();
  return hop.device || t(`step.${hop.step}`);
}

const shortPod = (hop: Hop): string => shortName({ name: hop.netns.split("/").at(-1)!, owner: "?" });

/** Two ends as people say them: "curl → Service web". */
export function endName(address: string): string {
  if (address === "internet" || address === "lan-client") return t(`component.${address}`);
  const [kind, ...rest] = address.split("/");
  const name = rest.at(-1) ?? address;
  return kind === "service" ? `Service ${name}` : name;
}

/** Whether the clock stands elsewhere than when the packet was computed. */
export const isStale = (sent: Sent, number: number): boolean => sent.at !== number;

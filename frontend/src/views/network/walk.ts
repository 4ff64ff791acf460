/** What the network view shows of a sent packet, for its drawing, panels, table and text alike. */
import { tell, t } from "../../i18n/index.svelte";
import type { Path } from "../../layout/network";
import { changesOf, envelopeChange, hopsOf, isLost, nodesOnPath, placeOf, serviceOf, stationOf, type Sent, type Station, type Way } from "../../model/packet";
import type { Hop, Keyframe, ServiceCard } from "../../protocol";

export interface Walk {
  sent: Sent;
  way: Way;
  hops: Hop[];
  stations: Station[];
  service: ServiceCard | null;
  path: Path;
}

export function walkOf(sent: Sent, way: Way, keyframe: Keyframe): Walk {
  const service = serviceOf(sent, keyframe);
  const stations = (one: Way): Station[] => hopsOf(sent.journey, one).map((hop) => stationOf(hop, one, service));
  const all = [...stations("request"), ...stations("reply")];
  const pods = all.flatMap((one) => (one.kind === "pod" ? [one.pod] : []));
  const serviceNode = all.find((one) => one.kind === "service");
  const path = { nodes: nodesOnPath(sent.journey, keyframe), pods: [...new Set(pods)], serviceNode: serviceNode?.kind === "service" ? serviceNode.node : "" };
  return { sent, way, hops: hopsOf(sent.journey, way), stations: stations(way), service, path };
}

/** The second line of a hop: why it was lost, else what it changed, else the decision in words. */
export function noteOf(hop: Hop): string {
  if (isLost(hop.verdict)) return tell(hop.reason);
  if (envelopeChange(hop) !== 0) return t(envelopeChange(hop) > 0 ? "hop.wrapped" : "hop.unwrapped", { bytes: Math.abs(hop.after.length - hop.before.length) });
  const changes = changesOf(hop).filter((one) => one.layer !== "Ethernet" && one.field !== "len" && one.field !== "checksum");
  if (changes.length) return changes.slice(0, 2).map((one) => `${one.field === "ttl" ? "TTL" : one.field} ${one.from} → ${one.to}`).join(", ");
  return tell(hop.reason);
}

/** "nat PREROUTING", "in", "encapsulate": what the place does, beside its name. */
export function doesWhat(hop: Hop): string {
  if (hop.chain) return hop.chain;
  if (hop.step === "routing") return "";
  return t(hop.direction && (hop.step === "device" || hop.step === "send" || hop.step === "deliver") ? `hop.${hop.direction}` : `step.${hop.step}`);
}

export const whereOf = (hop: Hop): string => (hop.chain && !hop.device ? t("step.netfilter") : hop.device || !hop.step ? placeOf(hop) : hop.netns.startsWith("pod/") || ["switch", "router", "internet", "lan-client"].includes(hop.node) ? nameOutside(hop) : t(`step.${hop.step}`));

const nameOutside = (hop: Hop): string => (hop.netns.startsWith("pod/") ? placeOf(hop) : `${t(`component.${hop.node}`)}${hop.device ? ` ${hop.device}` : ""}`);

/** Two ends as people say them: "curl → Service web". */
export function endName(address: string): string {
  if (address === "internet" || address === "lan-client") return t(`component.${address}`);
  const [kind, ...rest] = address.split("/");
  const name = rest.at(-1) ?? address;
  return kind === "service" ? `Service ${name}` : name;
}

/** Whether the clock stands elsewhere than when the packet was computed. */
export const isStale = (sent: Sent, number: number): boolean => sent.at !== number;

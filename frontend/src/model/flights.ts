/** Messages as they are drawn: simulated time says which, animation time says where on its edge each dot is. */
import type { Flight } from "../protocol";

export interface Dot {
  flight: Flight;
  /** Animation time (ms) at which the dot leaves, and how long it travels. */
  start: number;
  length: number;
}

export interface Placed {
  flight: Flight;
  progress: number;
}

const EDGE_MS = 600;
const SHORTEST_MS = 120;
export const DOTS_MAX = 40;

/** Dots for the messages of a frame that came `gap` ms after the one before: they leave in the order they were sent. */
export function launch(dots: readonly Dot[], flights: readonly Flight[], clock: number, gap: number, speed: number): Dot[] {
  const flying = dots.filter((dot) => dot.start + dot.length > clock);
  const room = Math.max(0, DOTS_MAX - flying.length);
  const chosen = flights.slice(-room || flights.length).slice(0, room);
  if (chosen.length === 0) return flying;
  const first = chosen[0]!.sent;
  const spread = Math.max(1, chosen.at(-1)!.sent - first);
  const length = speed > 1 || speed === 0 ? Math.max(SHORTEST_MS, EDGE_MS / Math.sqrt(speed || 1000)) : EDGE_MS;
  return [...flying, ...chosen.map((flight) => ({ flight, start: clock + ((flight.sent - first) / spread) * Math.min(gap, 500), length }))];
}

/** Where each dot is now. */
export function placedAt(dots: readonly Dot[], clock: number): Placed[] {
  return dots
    .filter((dot) => clock >= dot.start && clock <= dot.start + dot.length)
    .map((dot) => ({ flight: dot.flight, progress: (clock - dot.start) / dot.length }));
}

/** While paused the messages of the last step stand still: on their way in simulated time, or where they have just arrived. */
export function frozen(flights: readonly Flight[], now: number): Placed[] {
  const onTheWay = flights.filter((flight) => flight.arrives > now);
  const shown = onTheWay.length ? onTheWay : flights.slice(-8);
  return shown.map((flight) => ({ flight, progress: clamp((now - flight.sent) / Math.max(1, flight.arrives - flight.sent)) }));
}

const clamp = (value: number): number => Math.min(0.65, Math.max(0.3, value));

/** What stands still while paused: what is on its way now, or else the dots that were moving when time was stopped. */
export function stopped(flights: readonly Flight[], dots: readonly Dot[], clock: number, now: number): Placed[] {
  return flights.length ? frozen(flights, now) : placedAt(dots, clock);
}

/** Dots of one edge that would cover each other become one with a count. */
export function folded(placed: readonly Placed[]): (Placed & { count: number })[] {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = `${one.flight.source}>${one.flight.target}>${one.flight.letter}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => (group.length > 3 ? [{ ...group.at(-1)!, count: group.length }] : group.map((one) => ({ ...one, count: 1 }))));
}

/** What a message carries, as short as drawings need it: names of pods by their last five characters, as everywhere on drawings. */
export const briefLabel = (label: string): string => label.replace(/\b[a-z0-9][a-z0-9.-]*-[a-z0-9]+-([a-z0-9]{5})\b(\.[0-9a-f]+)?/g, "$1").replace(/^([a-z]+)\.[a-z0-9.]+\//, "$1/");

/** Reads get a hollow dot; everything that changes something a filled one. */
export const isRead = (letter: string): boolean => ["G", "L", "W", "+", "-", "−"].includes(letter);

/** Time as the viewer reads and types it. Times are integer microseconds, events are counted. */

export const SPEEDS = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 100, 250, 500, 1000, 0] as const;

export type Moment = { at: number } | { event: number };

/** "t=12.5s", "12.5", "1m20s", "90 s", "#1284" → a moment; null when it is none of these. */
export function parseMoment(text: string): Moment | null {
  const value = text.trim().replace(/[＃]/g, "#").replace(/[，,_]/g, "");
  const event = /^#\s*(\d+)$/.exec(value);
  if (event) return { event: Number(event[1]) };
  const time = /^(?:t\s*=\s*)?(?:(\d+)\s*m(?:in)?\s*)?(?:(\d+(?:\.\d+)?)\s*(ms|s)?)?$/.exec(value);
  if (!time || (time[1] === undefined && time[2] === undefined)) return null;
  const seconds = Number(time[2] ?? 0) * (time[3] === "ms" ? 0.001 : 1) + Number(time[1] ?? 0) * 60;
  return { at: Math.round(seconds * 1e6) };
}

/** 42180000 → "42.180 s"; whole seconds above an hour keep their milliseconds too: they are the address of the moment. */
export function formatClock(at: number): string {
  return `${formatSeconds(at, 3)} s`;
}

export function formatSeconds(at: number, digits = 3): string {
  return (at / 1e6).toFixed(digits);
}

/** A length of time in the unit that reads best: "85 µs", "1.4 ms", "6.40 s", "4 min 10 s". */
export function formatSpan(span: number): string {
  if (span < 1_000) return `${span} µs`;
  if (span < 100_000) return `${(span / 1_000).toFixed(1)} ms`;
  if (span < 100_000_000) return `${(span / 1e6).toFixed(2)} s`;
  const seconds = Math.round(span / 1e6);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function formatSpeed(speed: number, fastest: string): string {
  if (speed === 0) return fastest;
  return speed < 1 ? `1/${Math.round(1 / speed).toLocaleString("en")}×` : `${speed.toLocaleString("en")}×`;
}

/** The next speed of the list, slower or faster than `speed`; 0, as fast as possible, is the last. */
export function neighbourSpeed(speed: number, step: 1 | -1): number {
  const order = (value: number): number => (value === 0 ? Infinity : value);
  const sorted = [...SPEEDS].sort((a, b) => order(a) - order(b));
  if (step === 1) return sorted.find((one) => order(one) > order(speed)) ?? 0;
  return sorted.reverse().find((one) => order(one) < order(speed)) ?? SPEEDS[0];
}

const NICE = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 86400];

/** The span of the strip: a round number of seconds a little beyond the head. */
export function niceSpan(head: number): number {
  const wanted = Math.max(head * 1.12, 10e6) / 1e6;
  const step = NICE.find((one) => wanted / one <= 8) ?? 86400;
  return Math.ceil(wanted / step) * step * 1e6;
}

/** Ticks of an axis from `from` to `to`: about one per `every` pixels of `width`. */
export function axisTicks(from: number, to: number, width: number, every = 90): number[] {
  const wanted = ((to - from) / 1e6 / Math.max(1, width / every)) || 1;
  const small = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
  const step = ([...small, ...NICE].find((one) => one >= wanted) ?? 86400) * 1e6;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(Math.round(at));
  return ticks;
}

/** How busy each of `bins` equal stretches of 0…span was. */
export function density(times: readonly { at: number }[], span: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const { at } of times) {
    const bin = Math.min(bins - 1, Math.floor((at / span) * bins));
    counts[bin] = counts[bin]! + 1;
  }
  return counts;
}

/** Time as the viewer reads and types it. Times are integer microseconds, events are counted. */

/** Runs begin at this moment of the API's calendar (cluster_core/api/timestamp.py). */
export const EPOCH_MS = Date.UTC(2025, 0, 1);

export const SPEEDS = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 100, 250, 500, 1000, 0] as const;

export type Moment = { at: number } | { event: number };

const UNIT_S = { d: 86_400, h: 3_600, min: 60, s: 1, ms: 0.001 } as const;
type Unit = keyof typeof UNIT_S;
const UNITS: Record<string, Unit> = { d: "d", 天: "d", h: "h", 小时: "h", 时: "h", m: "min", min: "min", 分钟: "min", 分: "min", s: "s", 秒: "s", ms: "ms", 毫秒: "ms" };
const PART = /(\d+(?:\.\d+)?)\s*(小时|分钟|毫秒|min|ms|[dhms天时分秒])?\s*/y;

/** "t=12.5s", "12.5", "1m20s", "2 d 3:04:05", "3 分 20 秒", "#1284" → a moment; null when it is none of these. */
export function parseMoment(text: string): Moment | null {
  const value = text.trim().toLowerCase().replace(/[＃]/g, "#").replace(/[：]/g, ":").replace(/[，,_]/g, "");
  const event = /^#\s*(\d+)$/.exec(value);
  if (event) return { event: Number(event[1]) };
  const seconds = secondsOf(value.replace(/^t\s*=\s*/, ""));
  return seconds === null ? null : { at: Math.round(seconds * 1e6) };
}

function secondsOf(value: string): number | null {
  const clock = /^(?:(\d+)\s*(?:d|天)\s*)?(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(value);
  if (clock) return Number(clock[1] ?? 0) * UNIT_S.d + Number(clock[2] ?? 0) * UNIT_S.h + Number(clock[3]) * UNIT_S.min + Number(clock[4]);
  return value ? sumOfParts(value) : null;
}

/** Parts from the largest unit to the smallest; only the last one may leave its unit out, which is then seconds. */
function sumOfParts(value: string): number | null {
  let [sum, before] = [0, Infinity];
  PART.lastIndex = 0;
  while (PART.lastIndex < value.length) {
    const part = PART.exec(value);
    if (!part || (!part[2] && PART.lastIndex < value.length)) return null;
    const unit = UNIT_S[UNITS[part[2] ?? "s"]!];
    if (unit >= before) return null;
    sum += Number(part[1]) * unit;
    before = unit;
  }
  return sum;
}

/** 42180000 → "42.180 s"; from an hour on "1:02:03.456" and "3 d 04:05:06.789". The milliseconds stay: they are the address of the moment. */
export function formatClock(at: number): string {
  if (at < UNIT_S.h * 1e6) return `${formatSeconds(at, 3)} s`;
  const ms = Math.floor(at / 1_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(ms / 86_400_000);
  const hours = Math.floor(ms / 3_600_000) % 24;
  return `${days ? `${days.toLocaleString("en")} d ${two(hours)}` : hours}:${two((ms / 60_000) % 60)}:${((ms / 1_000) % 60).toFixed(3).padStart(6, "0")}`;
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
  if (seconds < UNIT_S.h) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < UNIT_S.d) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${Math.floor(seconds / 86_400).toLocaleString("en")} d ${Math.floor(seconds / 3600) % 24} h`;
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

const NICE = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** The smallest round number of seconds that is at least `wanted`: of days it is 1, 2, 5, 10, 20, 50, … */
function niceStep(wanted: number): number {
  const small = NICE.find((one) => one >= wanted);
  if (small !== undefined) return small;
  const days = wanted / UNIT_S.d;
  const power = 10 ** Math.floor(Math.log10(days));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= days)! * UNIT_S.d;
}

/** The span of the strip: a round number of seconds a little beyond the head. */
export function niceSpan(head: number): number {
  const wanted = Math.max(head * 1.12, 10e6) / 1e6;
  const step = niceStep(Math.max(1, wanted / 8));
  return Math.ceil(wanted / step) * step * 1e6;
}

const stepOf = (from: number, to: number, width: number, every: number): number => niceStep((to - from) / 1e6 / Math.max(1, width / every) || 1) * 1e6;

/** Ticks of an axis from `from` to `to`: about one per `every` pixels of `width`. */
export function axisTicks(from: number, to: number, width: number, every = 90): number[] {
  const step = stepOf(from, to, width, every);
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(Math.round(at));
  return ticks;
}

/** What stands at a tick, in the unit of the axis: "20 s", "5 min", "3 h", "12 d"; a part of a unit that is not told by it comes with the larger one. */
export function tickLabel(at: number, from: number, to: number, width: number, every = 90): string {
  const step = stepOf(from, to, width, every) / 1e6;
  const seconds = at / 1e6;
  const unit: Unit = step >= UNIT_S.d ? "d" : step >= UNIT_S.h ? "h" : step >= UNIT_S.min ? "min" : "s";
  if (unit === "s") return seconds < UNIT_S.h ? `${Number(seconds.toFixed(3))} s` : formatClock(at).replace(/\.0+$/, "");
  const count = Math.round(seconds / UNIT_S[unit]);
  if (unit === "min" && count >= 60) return formatClock(at).replace(/:00\.000$/, "");
  if (unit === "h" && count >= 24) return `${Math.floor(count / 24)} d${count % 24 ? ` ${count % 24} h` : ""}`;
  return `${count.toLocaleString("en")} ${unit}`;
}

/** The counts of `bins` equal stretches of 0…`span`, of which the server counted those of 0…`known.span`; what came later is counted here. */
export function densityBeyond(known: { span: number; counts: readonly number[] }, times: readonly { at: number }[], span: number, bins: number): number[] {
  const counts = density(times.filter((one) => one.at > known.span), span, bins);
  known.counts.forEach((count, index) => {
    const middle = ((index + 0.5) / known.counts.length) * known.span;
    const bin = Math.min(bins - 1, Math.floor((middle / span) * bins));
    counts[bin] = counts[bin]! + count;
  });
  return counts;
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

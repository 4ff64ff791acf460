/** Waiting before the next try: doubles from 0.5 s to 15 s, with jitter so that a thousand browsers do not come back at once. */
export const FIRST_MS = 500;
export const LONGEST_MS = 15_000;

export function retryDelay(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(Math.max(FIRST_MS, ceiling * (0.5 + random() / 2)));
}

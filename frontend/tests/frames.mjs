/**
 * Frame times of the architecture view of a run while it plays: node tests/frames.mjs http://localhost:8000/runs/ID/ TOKEN
 * Prints one JSON line: median, 95th percentile and longest frame in ms, and the number of elements.
 */
import { call, launch, openPage } from "./browser.mjs";

const [address, token] = process.argv.slice(2);
const url = new URL(address);
const run = url.pathname.split("/")[2];
const problems = [];
const browser = await launch();
const page = await openPage(browser, { theme: "dark", lang: "en" }, address, problems);
await page.locator("main h1").waitFor({ timeout: 120_000 });
await page.waitForLoadState("networkidle");
const paused = await measure();
if (token) await call(url.origin, "POST", `runs/${run}/clock/`, { action: "play" }, token);
const playing = token ? await measure() : undefined;
if (token) await call(url.origin, "POST", `runs/${run}/clock/`, { action: "pause" }, token);
console.log(JSON.stringify({ paused, playing, problems }));
await browser.close();

function measure() {
  return page.evaluate(async () => {
    const times = [];
    let last = performance.now();
    while (times.length < 300) {
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    times.sort((a, b) => a - b);
    const at = (share) => Number(times[Math.floor((times.length - 1) * share)].toFixed(1));
    return { p50: at(0.5), p95: at(0.95), longest: at(1), elements: document.querySelectorAll("*").length };
  });
}

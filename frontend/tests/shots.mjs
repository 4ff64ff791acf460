/**
 * Pictures of every view, to be laid beside the design's: node tests/shots.mjs http://localhost:8000/ [folder] [filter]
 * Light and dark, English and Chinese, three sizes; a run of rolling-update, paused at 42 s.
 */
import { mkdir } from "node:fs/promises";
import { launch, openPage, runAt, VIEWS } from "./browser.mjs";

const [server = "http://localhost:8000/", folder = "shots", only = ""] = process.argv.slice(2);
const SIZES = [[1440, 900], [1280, 720], [1920, 1080]];
const problems = [];

await mkdir(folder, { recursive: true });
const run = await runAt(server, "rolling-update", 42.18);
const browser = await launch();
for (const theme of ["dark", "light"])
  for (const lang of ["en", "zh-Hans"])
    for (const [width, height] of SIZES) await shoot({ theme, lang, width, height });
await browser.close();
if (problems.length) throw new Error(problems.join("\n"));

async function shoot(setting) {
  const name = (view) => `${view}-${setting.theme}-${setting.lang}-${setting.width}`;
  const wanted = VIEWS.filter((view) => name(view).includes(only));
  if (wanted.length) {
    const page = await openPage(browser, { ...setting, cookie: run.cookie }, new URL(run.links.page, server).href, problems);
    await page.locator("nav button").first().waitFor();
    await page.locator("main h1").waitFor();
    for (const view of wanted) {
      await page.locator("nav button").nth(VIEWS.indexOf(view)).click();
      await settled(page);
      await page.screenshot({ path: `${folder}/${name(view)}.png` });
    }
    await page.context().close();
  }
  if (!name("landing").includes(only)) return;
  const page = await openPage(browser, setting, server, problems);
  await page.locator(".picture .frame").first().waitFor({ timeout: 15_000 });
  await page.waitForTimeout(2500);
  await page.screenshot({ path: `${folder}/${name("landing")}.png` });
  await page.context().close();
}

/** Two frames drawn and no request under way. */
async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

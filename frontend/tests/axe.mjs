/**
 * Every view in every rendering, theme and language, and the dialogs, through axe-core: node tests/axe.mjs http://localhost:8000/
 * Ends with an error when a page has a violation of WCAG 2.2 A or AA.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { launch, openPage, runAt, VIEWS } from "./browser.mjs";

const [server = "http://localhost:8000/", only = ""] = process.argv.slice(2);
const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DIALOGS = { share: "s", help: "?", palette: "Control+k" };
const found = [];

const run = await runAt(server, "rolling-update", 34.1);
const browser = await launch();
for (const theme of ["dark", "light"])
  for (const lang of ["en", "zh-Hans"]) {
    const page = await openPage(browser, { theme, lang, cookie: run.cookie }, new URL(run.links.page, server).href, found);
    await page.locator("main h1").waitFor();
    for (const [index, view] of VIEWS.entries()) {
      if (!view.includes(only)) continue;
      await page.locator("nav button").nth(index).click();
      for (const key of ["g", "t", "x"]) {
        await page.keyboard.press(key);
        await check(page, `${view} ${key} ${theme} ${lang}`);
      }
      await page.keyboard.press("g");
    }
    if (only) {
      await page.context().close();
      continue;
    }
    for (const [name, key] of Object.entries(DIALOGS)) {
      await page.keyboard.press(key);
      await page.locator("dialog[open]").waitFor();
      await check(page, `${name} ${theme} ${lang}`);
      await page.keyboard.press("Escape");
    }
    await page.keyboard.press("a");
    await page.locator(".cm-content").waitFor();
    await check(page, `apply ${theme} ${lang}`);
    await page.goto(server);
    await page.locator(".picture .frame").first().waitFor();
    await page.keyboard.press(" ");
    await check(page, `landing ${theme} ${lang}`);
    await page.context().close();
    // The browser notes the 404 of the page itself: that is what it is for.
    const missing = await openPage(browser, { theme, lang }, new URL("/no-such-page/", server).href, []);
    await missing.locator("main h1").waitFor();
    await check(missing, `missing ${theme} ${lang}`);
    await missing.context().close();
  }
await browser.close();
if (found.length) throw new Error(`\n${found.join("\n")}`);

async function check(page, where) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  for (const one of violations) found.push(`${where}: ${one.id} (${one.nodes.length}) ${one.help} — ${one.nodes.slice(0, 2).map((node) => node.target.join(" ")).join(" | ")}`);
}

/** A Chromium for the picture and accessibility scripts. CHROMIUM names another executable than Debian's. */
import { chromium } from "playwright-core";

export const VIEWS = ["architecture", "workloads", "lifecycle", "scheduler", "network", "events", "resources", "logs"];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });

/** A page whose errors end the script: a picture of a broken page is no picture. */
export async function openPage(browser, { theme, lang, width = 1440, height = 900, cookie }, url, problems) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: lang === "en" ? "en-US" : "zh-CN" });
  await context.addCookies([{ name: "orrery_lang", value: lang, url: new URL(url).origin }]);
  if (cookie) await context.addCookies([cookie]);
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`${url}: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && problems.push(`${url}: ${message.text()}`));
  await page.goto(url);
  return page;
}

export async function call(server, method, path, body, token) {
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(new URL(`/api/v1/${path}`, server), { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** A run of the scenario, paused at `seconds`, that belongs to the browsers whose owner cookie is `cookie`. */
export async function runAt(server, scenario, seconds) {
  const response = await fetch(new URL("/api/v1/runs/", server), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ scenario }) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const run = await response.json();
  await call(server, "POST", `runs/${run.id}/clock/`, { action: "advance", by: `${seconds}s` }, run.token);
  const [name, value] = response.headers.getSetCookie()[0].split(";")[0].split("=");
  return { ...run, cookie: { name, value, url: new URL(server).origin } };
}

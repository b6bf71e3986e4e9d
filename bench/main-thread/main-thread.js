/* global document */
// Measures the time that the element's scripts take on the main thread while the page loads and when the form opens.
// The browser runs at a quarter of the processor's speed.
import { createServer } from "node:http";
import { once } from "node:events";
import { startDemo } from "@uis-call/demo";
import { chromiumPath, SANDBOX_FLAGS } from "@uis-call/testing/browsers/paths";
import puppeteer from "puppeteer-core";

const RUNS = Number(process.argv[process.argv.indexOf("--runs") + 1]) || 15;
const SLOWDOWN = 4;

let demo;
const site = createServer((request, response) => {
  response.setHeader("Content-Type", "text/html").end(page(request.url === "/with"));
}).listen(0, "127.0.0.1");
await once(site, "listening");
const url = `http://localhost:${String(site.address().port)}`;
demo = await startDemo({ port: 0, origins: [url] });

const browser = await puppeteer.launch({
  executablePath: chromiumPath(),
  args: SANDBOX_FLAGS,
});
const figures = { without: [], with: [], opened: [] };
for (let run = 0; run < RUNS; run++) {
  figures.without.push((await visit("/without")).loaded);
  const { loaded, opened } = await visit("/with");
  figures.with.push(loaded);
  figures.opened.push(opened);
}
await browser.close();
await demo.stop();
site.close();

console.log(`main thread, ms, at ${String(SLOWDOWN)}× slowdown, median of ${String(RUNS)} fresh visits:`);
for (const what of ["script", "style", "layout", "task"]) {
  const [without, loaded, opened] = ["without", "with", "opened"].map((name) =>
    median(figures[name].map((figure) => figure[what])),
  );
  console.log(
    `${what.padEnd(7)} a page without ${ms(without)}, with the button ${ms(loaded)}: ${ms(loaded - without)} more; its form opens in ${ms(opened)}`,
  );
}

/** Visits a page with an empty cache, so that every script is loaded and compiled again. */
async function visit(path) {
  const context = await browser.createBrowserContext();
  const tab = await context.newPage();
  await tab.bringToFront();
  const devtools = await tab.createCDPSession();
  await devtools.send("Performance.enable");
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  await tab.goto(url + path, { waitUntil: "networkidle0" });
  const loaded = await spent(devtools);
  if (path === "/without") {
    await context.close();
    return { loaded };
  }
  await tab.locator("uis-call-button >>> [part~=button]").click();
  await tab.waitForFunction(() =>
    document.querySelector("uis-call-button").shadowRoot.querySelector("[part~=phone]"),
  );
  await tab.waitForNetworkIdle({ idleTime: 300 });
  const after = await spent(devtools);
  await context.close();
  return {
    loaded,
    opened: Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - loaded[key]])),
  };
}

async function spent(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  const seconds = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  return {
    script: seconds.ScriptDuration * 1000,
    style: seconds.RecalcStyleDuration * 1000,
    layout: seconds.LayoutDuration * 1000,
    task: seconds.TaskDuration * 1000,
  };
}

function page(withButton) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title><h1>Beans</h1>
<p>Of the week.</p>${withButton ? `<script type="module" src="${demo.endpoint}/widget.js"></script><uis-call-button endpoint="${demo.endpoint}" tenant="demo" target="sales"></uis-call-button>` : ""}`;
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function ms(value) {
  return value.toFixed(1).padStart(5);
}

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "./browser.js";
import { type Backend, root, startBackend, startSite } from "./example-site.js";

/** Every example that becomes files: its folder, and where its build lies in it. */
const BUILT = ["react", "preact", "solid", "vue", "svelte", "angular"];

let browser: Browser;
beforeAll(async () => {
  // Done already by `npm test`.
  execFileSync(process.execPath, ["scripts/examples.js"], { cwd: root });
  browser = await launchBrowser();
}, 300_000);
afterAll(() => browser.close());

/** Has the button of a page place a call. @returns what the page's console said */
async function callFrom(page: Page, url: string, backend: Backend): Promise<string[]> {
  const said: string[] = [];
  page.on("console", (message) => {
    // None of them has one.
    if (!message.location().url.endsWith("/favicon.ico")) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(url);
  const button = page.locator("uis-call-button");
  await button.getByRole("button").first().click();
  await button.getByRole("textbox").fill("8 (900) 000-00-01");
  await button.locator("form [part~=submit]").click();
  await button.getByText("You are connected").waitFor();
  expect(backend.uis.received("place_calls").at(-1)?.params).toMatchObject({ numa: "79000000001" });
  return said;
}

async function newPage(): Promise<Page> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  return page;
}

/** A site and the backend that knows it. */
async function siteWithBackend(folder: string, pages?: Record<string, string>) {
  const site = await startSite(folder, pages);
  const backend = await startBackend([site.url]);
  onTestFinished(async () => {
    site.stop();
    await backend.stop();
  });
  site.backend = backend.url;
  return { site, backend };
}

describe("the example", () => {
  it.each(BUILT)(
    "in %s places a call, passes an object as a property, and hears of the call",
    async (name) => {
      const { site, backend } = await siteWithBackend(join(root, "examples", name, "dist"));
      const page = await newPage();
      expect(await callFrom(page, site.url, backend)).toEqual([]);
      expect(await page.getByText("Talk to us").isVisible()).toBe(true);
      expect(await page.locator("output").textContent()).toBe("placed");
    },
  );

  it("in Next.js is there before any script is, and places a call", async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const backend = await startBackend([url]);
    onTestFinished(() => backend.stop());
    await startNext(port, `${backend.url}/api`);
    const html = await (await fetch(url)).text();
    expect(html).toMatch(/<uis-call-button[^>]*tenant="own"[^>]*>\s*<a href="tel:\+74990000000">/);
    const page = await newPage();
    expect(await callFrom(page, url, backend)).toEqual([]);
    expect(await page.getByText("Talk to us").isVisible()).toBe(true);
    expect(await page.locator("output").textContent()).toBe("placed");
  });
});

describe("the block for site builders places a call", () => {
  const block = readFileSync(join(root, "examples/site-builders/block.html"), "utf8");

  it.each(Object.entries(pagesAround(block)))("in a page of %s", async (_name, html) => {
    const { site, backend } = await siteWithBackend(root, { "/index.html": html });
    expect(await callFrom(await newPage(), site.url, backend)).toEqual([]);
  });
});

/** The block as each platform publishes it: its wrapping elements, and the styles that reach into them. */
function pagesAround(block: string): Record<string, string> {
  const page = (style: string, body: string) =>
    `<!doctype html><html lang="en"><meta charset="utf-8" /><link rel="icon" href="data:," /><style>${style}</style>${body}</html>`;
  return {
    Tilda: page(
      ".t-records a { color: #ff8562; text-decoration: none } .t-rec { overflow: hidden } button { all: unset }",
      `<body class="t-body"><div id="allrecords" class="t-records" data-tilda-page-id="1">
        <div id="rec1" class="r t-rec" data-record-type="131"><!-- T123 --><div class="t123">
        <div class="t-container_100"><div class="t-width t-width_100"><!-- nominify begin -->${block}<!-- nominify end -->
        </div></div></div></div></div></body>`,
    ),
    WordPress: page(
      ":where(.is-layout-flow) > * { margin-block: 24px } .entry-content a { text-decoration: underline }",
      `<body class="page wp-embed-responsive"><div class="wp-site-blocks"><main class="is-layout-flow wp-block-group">
        <div class="entry-content wp-block-post-content is-layout-flow">${block}</div></main></div></body>`,
    ),
  };
}

/** The server of the built example, until the test is over. */
async function startNext(port: number, endpoint: string): Promise<void> {
  const folder = join(root, "examples/next");
  const child = spawn(
    process.execPath,
    ["node_modules/next/dist/bin/next", "start", "--port", String(port)],
    {
      cwd: folder,
      stdio: "ignore",
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", CALL_ENDPOINT: endpoint },
    },
  );
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
  });
  const answers = () =>
    fetch(`http://localhost:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers, { timeout: 30_000 }).toBe(true);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

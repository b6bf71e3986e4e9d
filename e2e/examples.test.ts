import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { freePort } from "@uis-call/testing/ports";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Backend, root, startBackend, startSite } from "./example-site.js";

/** Folders of the examples whose build writes static files. */
const BUILT = ["react", "preact", "solid", "vue", "svelte", "angular"];

beforeAll(() => {
  // Builds the examples, unless `npm test` has built them already.
  execFileSync(process.execPath, ["scripts/examples.js"], { cwd: root });
}, 300_000);

/** Requests a call with the page's button. The console of the page must show no errors or warnings. */
async function callFrom(tab: Tab, url: string, backend: Backend): Promise<void> {
  await tab.goto(url);
  await tab.click("uis-call-button >>> [part~=button]");
  await tab.fill("uis-call-button >>> [part~=phone]", "8 (900) 000-00-01");
  await tab.click("uis-call-button >>> form [part~=submit]");
  await tab.reads("uis-call-button >>> [role=status]", /You are connected/);
  expect(backend.uis.received("place_calls").at(-1)?.params).toMatchObject({ numa: "79000000001" });
  expect(tab.complaints).toEqual([]);
}

/**
 * Checks both directions of data binding: the example has set a property of the element to an object, and has received
 * an event of the element.
 */
async function isBound(tab: Tab): Promise<void> {
  await tab.reads("output", /^placed$/);
  // When a call is over, the heading of the panel says what happened. When the form is shown again, the heading is the
  // one that the page has set.
  await tab.click("uis-call-button >>> [part~=panel] > [part~=submit]");
  await tab.reads("uis-call-button >>> [part~=panel]", /Talk to us/);
}

/** Starts a website, and a backend whose configuration allows the origin of that website. */
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

const block = readFileSync(join(root, "examples/site-builders/block.html"), "utf8");

describe.each(ENGINES)("in $name,", ({ start }) => {
  let browser: EngineBrowser;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.close());

  async function open(): Promise<Tab> {
    const tab = await browser.open();
    onTestFinished(() => tab.close());
    return tab;
  }

  it.each(BUILT)(
    "the example in %s places a call, passes an object as a property, and hears of the call",
    async (name) => {
      const { site, backend } = await siteWithBackend(join(root, "examples", name, "dist"));
      const tab = await open();
      await callFrom(tab, site.url, backend);
      await isBound(tab);
    },
  );

  it("the example in Next.js is there before any script is, and places a call", async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const backend = await startBackend([url]);
    onTestFinished(() => backend.stop());
    await startNext(port, `${backend.url}/api`);
    const html = await (await fetch(url)).text();
    expect(html).toMatch(/<uis-call-button[^>]*tenant="own"[^>]*>\s*<a href="tel:\+74990000000">/);
    const tab = await open();
    await callFrom(tab, url, backend);
    await isBound(tab);
  });

  it.each(Object.entries(pagesAround(block)))(
    "the block for site builders places a call in a page of %s",
    async (_name, html) => {
      const { site, backend } = await siteWithBackend(root, { "/index.html": html });
      await callFrom(await open(), site.url, backend);
    },
  );
});

/**
 * Returns, for each platform, a page with the given HTML block inside the elements and styles that the platform adds.
 */
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

/** Starts the server of the built Next.js example. The server stops at the end of the test. */
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

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "@lit-labs/ssr";
import { collectResult } from "@lit-labs/ssr/lib/render-result.js";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import "@uis-call/widget/define";
import { html } from "lit";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { root, startSite } from "./example-site.js";

// Runs in Chromium only, because the test cannot turn scripts off in other browsers.
/** HTML of the element, rendered on the server by Lit's package for server-side rendering. */
const rendered = await collectResult(
  render(html`
    <uis-call-button endpoint="/api" tenant="own" target="sales">
      <a href="tel:+74990000000">+7 499 000-00-00</a>
    </uis-call-button>
  `),
);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Serves the rendered HTML together with a script, which is bundled from `source`. */
async function siteWith(source: string) {
  // The folder is within the workspace, because otherwise the bundler would not find the packages.
  const folder = mkdtempSync(join(root, "e2e/dist/server-rendering-"));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 3 }));
  writeFileSync(join(folder, "main.js"), source);
  await build({
    root: folder,
    logLevel: "error",
    build: {
      modulePreload: false,
      rolldownOptions: { input: "main.js", output: { entryFileNames: "main.js" } },
    },
  });
  const page = `<!doctype html><html lang="en"><link rel="icon" href="data:," />${rendered}<script type="module" src="/main.js"></script></html>`;
  const site = await startSite(join(folder, "dist"), { "/index.html": page });
  onTestFinished(site.stop);
  return site;
}

describe("what a server has rendered", () => {
  it("is a shadow root with the page's own content, which can be called without any script", async () => {
    expect(rendered).toMatch(/<template shadowroot(mode)?="open"/);
    const site = await siteWith("");
    const page = await browser.newPage({ javaScriptEnabled: false });
    onTestFinished(() => page.close());
    await page.goto(site.url);
    expect(await page.getByRole("link", { name: "+7 499 000-00-00" }).isVisible()).toBe(true);
    expect(await page.getByRole("button").count()).toBe(0);
  });

  it.each([
    ["the element alone", `import "@uis-call/widget/define";`],
    [
      "Lit's hydration on the page",
      `import "@lit-labs/ssr-client/lit-element-hydrate-support.js"; import "@uis-call/widget/define";`,
    ],
  ])("gives way to the button, with %s", async (_name, source) => {
    const site = await siteWith(source);
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(site.url);
    const button = page.locator("uis-call-button");
    await button.getByRole("button").waitFor();
    expect(await button.getByRole("button").count()).toBe(1);
    expect(await page.getByRole("link").count()).toBe(0);
    await button.getByRole("button").click();
    await button.getByRole("dialog").waitFor();
    expect(errors).toEqual([]);
  });
});

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./example-site.js";

const written = readFileSync(join(root, "docs/analytics.md"), "utf8");

/** Returns the code under a heading of docs/analytics.md. */
function recipe(heading: string): string {
  const code = new RegExp(`^## ${heading}[^]*?\`\`\`js\n([^]*?)\`\`\``, "m").exec(written)?.[1];
  if (code === undefined) throw new Error(`docs/analytics.md has no recipe for ${heading}`);
  return code;
}

/** For each analytics service, a stub of its function and the events that the service must receive. */
const COUNTERS = {
  GA4: {
    stub: "const gtag = (...told) => window.told.push(told);",
    told: ["call_open", "generate_lead", "call_placed"],
  },
  "Yandex Metrika": {
    stub: "const ym = (...told) => window.told.push(told);",
    told: ["call_open", "call_submit", "call_placed"],
  },
  "Google Tag Manager": {
    stub: "window.dataLayer = window.told;",
    told: ["call_open", "call_submit", "call_placed"],
  },
};

describe.each(ENGINES)("the recipes of docs/analytics.md in $name", ({ start }) => {
  let browser: EngineBrowser;
  let site: Server;
  let url: string;
  let demo: Demo;
  beforeAll(async () => {
    site = createServer((request, response) => {
      const counter = decodeURIComponent(request.url?.slice(1) ?? "") as keyof typeof COUNTERS;
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(counter in COUNTERS ? page(counter) : "");
    }).listen(0, "127.0.0.1");
    await once(site, "listening");
    url = `http://localhost:${String((site.address() as AddressInfo).port)}`;
    demo = await startDemo({ port: 0, origins: [url] });
    demo.uis.exchange.change({ answersWhen: "accepted" });
    browser = await start();
  });
  afterAll(async () => {
    await browser.close();
    await demo.stop();
    site.close();
  });

  const page = (counter: keyof typeof COUNTERS): string => `<!doctype html><html lang="en">
<meta charset="utf-8"><title>Counted</title>
<script>window.told = []; ${COUNTERS[counter].stub} ${recipe(counter)}</script>
<script type="module" src="${demo.endpoint}/widget.js"></script>
<uis-call-button tenant="demo" target="sales"></uis-call-button>`;

  it.each(Object.entries(COUNTERS))(
    "tell %s of the call from the open form to its end, and no number",
    async (counter, { told }) => {
      const tab = await browser.open();
      await tab.goto(`${url}/${encodeURIComponent(counter)}`);
      await tab.click("uis-call-button >>> [part~=button]");
      await tab.fill("uis-call-button >>> [part~=phone]", "8 900 000-08-01");
      await tab.click("uis-call-button >>> form [part~=submit]");
      await tab.reads("uis-call-button >>> [role=status]", /You are connected/);
      const seen = await tab.run(() => JSON.stringify((window as unknown as { told: unknown[] }).told));
      await tab.close();
      const names = told.map((name) => seen.indexOf(`"${name}"`));
      expect(names).toEqual(names.filter((at) => at >= 0).toSorted((one, other) => one - other));
      expect(seen).toContain("sales");
      expect(seen.replaceAll("12345678", "")).not.toMatch(/\d{4}|900/);
    },
  );
});

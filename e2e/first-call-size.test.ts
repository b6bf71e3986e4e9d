import { readFileSync } from "node:fs";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Stage } from "./stage.js";

/** The limits that `npm run size` checks, in bytes after compression with brotli. */
const LIMITS = JSON.parse(
  readFileSync(new URL("../scripts/size-limits.json", import.meta.url), "utf8"),
) as Record<"first" | "call", number>;

// Runs in Chromium only, because all browsers load the same files.
describe("what the button costs a page", () => {
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    [browser, stage] = await Promise.all([launchBrowser(), Stage.start()]);
  });
  afterAll(() => Promise.all([browser.close(), stage.stop()]));

  it.each(["en", "ru"])(
    "is, up to a first call that is connected, no more than it is said to be (%s)",
    async (locale) => {
      const page = await browser.newPage();
      stage.demo.uis.exchange.change({ answersWhen: "accepted" });
      const element = await stage.show(page, "idle", { display: "popover", locale });
      const part = (name: string) => element.locator(`[part~=${name}]`);
      /** Returns the URLs of the scripts that the page has loaded. */
      const scripts = () =>
        page.evaluate(() =>
          performance
            .getEntriesByType("resource")
            .flatMap(({ name }) => (name.endsWith(".js") ? [name] : [])),
        );
      /**
       * Adds up the compressed sizes of these scripts. Node.js downloads them, because Chromium accepts brotli only
       * over HTTPS.
       */
      const sum = async (): Promise<number> => {
        const answers = (await scripts()).map((script) =>
          fetch(script, { headers: { "Accept-Encoding": "br" } }),
        );
        return (await Promise.all(answers)).reduce(
          (total, { headers }) => total + Number(headers.get("content-length")),
          0,
        );
      };

      await page.waitForLoadState("networkidle");
      expect((await scripts()).map((script) => new URL(script).pathname)).toEqual(["/api/widget.js"]);
      expect(await sum()).toBeGreaterThan(1000);
      expect(await sum()).toBeLessThanOrEqual(LIMITS.first);

      await part("button").click();
      await element.getByRole("checkbox").check();
      await part("phone").pressSequentially(locale === "en" ? "+79000000011" : "89000000012");
      await part("submit").click();
      await element.locator(".sign.placed").waitFor();
      const [loaded, bytes] = [(await scripts()).join("\n"), await sum()];
      expect(loaded).toContain("widget-panel");
      expect(bytes, loaded).toBeLessThanOrEqual(LIMITS.call);
      await page.close();
    },
  );
});

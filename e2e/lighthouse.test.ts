import { startDemo } from "@uis-call/demo";
import { chromiumPath, SANDBOX_FLAGS } from "@uis-call/testing/browsers/paths";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";
import { beforeAll, describe, expect, it } from "vitest";

/**
 * The measurements to check. Speed is not among them, because it depends on the machine; bench/main-thread measures it.
 * Lighthouse needs Chromium.
 */
const MEASURED = ["accessibility", "best-practices", "cumulative-layout-shift"];

describe.each(["mobile", "desktop"] as const)("Lighthouse on the demo page, %s", (formFactor) => {
  let scores: Record<string, number | null>;
  let remarks: string[];

  beforeAll(async () => {
    const demo = await startDemo({ port: 0 });
    const browser = await puppeteer.launch({
      executablePath: chromiumPath(),
      args: SANDBOX_FLAGS,
    });
    const screen = { mobile: { width: 412, height: 823 }, desktop: { width: 1350, height: 940 } }[formFactor];
    const result = await lighthouse(demo.url, {
      port: Number(new URL(browser.wsEndpoint()).port),
      logLevel: "error",
      onlyCategories: ["accessibility", "best-practices", "performance"],
      formFactor,
      screenEmulation: { ...screen, mobile: formFactor === "mobile", deviceScaleFactor: 2, disabled: false },
    });
    await browser.close();
    await demo.stop();
    if (result === undefined) throw new Error("Lighthouse has no result");
    const { categories, audits } = result.lhr;
    scores = {
      accessibility: categories["accessibility"]?.score ?? null,
      "best-practices": categories["best-practices"]?.score ?? null,
      "cumulative-layout-shift": audits["cumulative-layout-shift"]?.numericValue ?? null,
    };
    remarks = Object.values(categories)
      .filter(({ id }) => MEASURED.includes(id))
      .flatMap(({ auditRefs }) => auditRefs)
      .map(({ id }) => audits[id])
      .filter((audit) => audit?.score !== undefined && audit.score !== null && audit.score < 1)
      .map((audit) => `${audit?.id ?? ""}: ${audit?.title ?? ""} ${JSON.stringify(audit?.details ?? {})}`);
  });

  it("has nothing to say of accessibility and good practice", () => {
    expect(remarks).toEqual([]);
    expect(scores).toMatchObject({ accessibility: 1, "best-practices": 1 });
  });

  it("sees nothing move while the page loads", () => {
    expect(scores["cumulative-layout-shift"]).toBe(0);
  });
});

import {
  type Call,
  CALL_REASONS,
  CALL_STATUSES,
  type CallReason,
  ERROR_CODES,
  ERRORS,
  type ErrorCode,
  isOver,
  KEPT_REASONS,
} from "@uis-call/shared";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, BrowserContext, Locator, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Display, DISPLAYS, Stage, type State } from "./stage.js";

// Runs in Chromium only, because the test cannot replace HTTP responses of the backend in other browsers.

let browser: Browser;
let stage: Stage;
beforeAll(async () => {
  browser = await launchBrowser();
  stage = await Stage.start();
});
afterAll(async () => {
  await browser.close();
  await stage.stop();
});

/** Time-outs of the element. */
const TIMES = { answer: 15_000, words: 5000 };

/** White links on a white page, by rules that go before those of any component for slotted content. */
const HOSTILE = `header { background: #fff; color-scheme: light }
  header a, header a * { color: #fff !important; background: #fff !important; opacity: .1 !important;
    font-size: 0 !important; text-shadow: none; transform: scale(0); clip-path: inset(50%) }`;
const scene = (display: Display, css = HOSTILE) => ({
  ...{ display, css, before: "<header>", after: "</header>" },
  content: '<a href="tel:+74990000000"><span>+7 499 000-00-00</span></a>',
});

async function newPage(context: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  const opened: BrowserContext = await browser.newContext({ reducedMotion: "reduce", ...context });
  onTestFinished(() => opened.close());
  return opened.newPage();
}

/**
 * Takes a picture of the link. Returns the highest contrast between any pixel and the most frequent colour, which is
 * the background.
 */
async function contrastOf(link: Locator): Promise<number> {
  const png = (await link.screenshot({ animations: "disabled" })).toString("base64");
  return link.evaluate(async (_link, data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    // Leaves out the edges of the picture, because the border of the link has a colour of its own.
    const [edge, width, height] = [8, bitmap.width - 16, bitmap.height - 16];
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    if (context === null || width < 1 || height < 1) return 0;
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(edge, edge, width, height).data;
    const luminances: number[] = [];
    for (let at = 0; at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = [...pixels.slice(at, at + 3)].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      luminances.push(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    }
    const counts = new Map<number, number>();
    for (const one of luminances) counts.set(one, (counts.get(one) ?? 0) + 1);
    const [ground = 0] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? [];
    return Math.max(
      ...luminances.map((one) => (Math.max(one, ground) + 0.05) / (Math.min(one, ground) + 0.05)),
    );
  }, png);
}

/** Checks that the link with the telephone number can be read, and that it leads to that number. */
async function expectReadable(element: Locator): Promise<void> {
  const link = element.locator("[part~=link]");
  await link.waitFor();
  expect(await link.textContent()).toBe("+7 499 000-00-00");
  expect(await link.getAttribute("href")).toBe("tel:+74990000000");
  expect(await contrastOf(link)).toBeGreaterThan(4.5);
}

const refuse = (code: ErrorCode) => (route: Route) =>
  route.fulfill({
    status: ERRORS[code].status,
    contentType: "application/problem+json",
    body: JSON.stringify({ type: "about:blank", title: code, status: ERRORS[code].status, code }),
  });

/** Error codes after which the visitor can correct a field of the form, so that the link is not needed. */
const MENDED_IN_THE_FORM: readonly ErrorCode[] = ["phone_invalid", "number_not_allowed", "consent_required"];

/** Reasons of calls that ended in a way that leaves the visitor nothing to do but call, by status. */
const REASONS: Record<string, readonly CallReason[]> = {
  failed: ["not_connected", "service_refused"],
  unknown: ["no_answer_from_service", "interrupted"],
  held: [
    ...(["service_refused", "deadline_passed", "closed", "kept", "restored"] as const),
    ...(["time_uncertain", "calls_stopped"] as const),
    ...KEPT_REASONS,
  ],
};

/** Reasons that only calls under way can have. */
const OF_CALLS_UNDER_WAY: readonly CallReason[] = ["service_unreachable", "service_limit", "phone_busy"];

describe("the page's telephone number, where the page paints its links white on white,", () => {
  it.each(ERROR_CODES)("can be read when the session is refused: %s", async (code) => {
    const page = await newPage();
    await page.route("**/api/session?*", refuse(code));
    const element = await stage.show(page, "idle", scene("popover"));
    await element.locator("[part~=button]").click();
    await expectReadable(element);
  });

  it.each(ERROR_CODES)(
    "can be read when the call is refused, unless a field can mend it: %s",
    async (code) => {
      const page = await newPage();
      await page.route("**/api/calls?*", refuse(code));
      const element = await stage.show(page, "form", scene("popover"));
      await element.locator("[part~=phone]").fill("8 900 000-00-01");
      await element.getByRole("checkbox").check();
      await element.locator("form [part~=submit]").click();
      await element.locator("[part~=error]:not(:empty)").waitFor();
      if (!MENDED_IN_THE_FORM.includes(code)) return expectReadable(element);
      expect(await element.locator("[part~=link]").count()).toBe(0);
    },
  );

  /** Shows a call that has ended. The test sends the call to the element in place of the backend. */
  async function showEnd(end: Partial<Call>): Promise<Locator> {
    const page = await newPage();
    const now = new Date().toISOString();
    const call = { id: crypto.randomUUID(), target: "sales", createdAt: now, updatedAt: now, ...end };
    await page.route("**/api/calls?*", (route) => route.fulfill({ status: 201, json: call }));
    const element = await stage.show(page, "form", scene("popover"));
    await element.locator("[part~=phone]").fill("8 900 000-00-01");
    await element.getByRole("checkbox").check();
    await element.locator("form [part~=submit]").click();
    await element.locator(`.sign.${String(end.status)}`).waitFor();
    return element;
  }

  const ends = Object.entries(REASONS).flatMap(([status, reasons]) =>
    reasons.flatMap((reason, index) => {
      // Whether a person hears of the call changes the text only, and in the same way for all reasons.
      const receivers = index === 0 ? [undefined, true] : [undefined];
      return receivers.map((receiver) => ({ status, reason, receiver }) as Partial<Call>);
    }),
  );
  it.each(ends)("can be read at the end of a call: $status, $reason, receiver $receiver", async (end) => {
    await expectReadable(await showEnd(end));
  });

  it.each(["placed", "cancelled"] as const)("is not shown at the end of a call: %s", async (status) => {
    const element = await showEnd({ status });
    expect(await element.locator("[part~=link]").count()).toBe(0);
  });

  it("is tested with every status and reason with which a call can end", () => {
    const tested = [...Object.keys(REASONS), "placed", "cancelled"];
    expect(tested.toSorted()).toEqual(CALL_STATUSES.filter(isOver).toSorted());
    expect(CALL_REASONS.filter((reason) => !Object.values(REASONS).flat().includes(reason))).toEqual(
      OF_CALLS_UNDER_WAY,
    );
  });

  const STATES = ["offline", "unreachable", "limit"] as const satisfies State[];
  const shown = DISPLAYS.flatMap((display) => STATES.map((state) => [display, state] as const));
  it.each(shown)("can be read, %s: %s", async (display, state) => {
    await expectReadable(await stage.show(await newPage(), state, scene(display)));
  });

  it.each(DISPLAYS)("can be read where the panel cannot be loaded, %s", async (display) => {
    const page = await newPage();
    await page.route(/widget-panel-/, (route) => route.abort());
    const shown = stage.show(page, "idle", scene(display));
    // With `display="inline"`, there is no button, and `stage.show` waits for one in vain. Its rejection is ignored.
    if (display === "inline") shown.catch(() => undefined);
    else await (await shown).locator("[part~=button]").click();
    await expectReadable(page.locator("uis-call-button"));
  });

  it.each(["popover", "floating"] as const)(
    "can be read where the panel never arrives, %s",
    async (display) => {
      const page = await newPage();
      await page.clock.install();
      await page.route(/widget-panel-/, () => undefined);
      const element = await stage.show(page, "idle", scene(display));
      await element.locator("[part~=button]").click();
      await page.clock.fastForward(TIMES.answer);
      await expectReadable(element);
    },
  );

  it("can be read where the messages of the error never arrive", async () => {
    const page = await newPage();
    await page.clock.install();
    const errors = page.waitForRequest(/widget-errors-/);
    await page.route(/widget-errors-/, () => undefined);
    await page.route("**/api/session?*", refuse("unavailable"));
    const element = await stage.show(page, "idle", scene("popover"));
    await element.locator("[part~=button]").click();
    await errors;
    await page.clock.fastForward(TIMES.words);
    await expectReadable(element);
  });

  it.each(["widget-phone-text-", "widget-retry-"])(
    "can be read where a file of the call never arrives: %s",
    async (file) => {
      const page = await newPage();
      await page.clock.install();
      const asked = page.waitForRequest(new RegExp(file));
      await page.route(new RegExp(file), () => undefined);
      await page.route("**/api/calls?*", refuse("csrf_failed"));
      const element = await stage.show(page, "form", scene("popover"));
      await element
        .locator("[part~=phone]")
        .fill(file.includes("phone") ? "Ann 8 900 000-00-01" : "8 900 000-00-01");
      await element.getByRole("checkbox").check();
      await element.locator("form [part~=submit]").click();
      await asked;
      await page.clock.fastForward(TIMES.answer);
      await expectReadable(element);
    },
  );

  it.each(["rejects", "throws"])("can be read where `identity` %s", async (how) => {
    const page = await newPage();
    const element = await stage.show(page, "idle", scene("popover"));
    await element.evaluate((button, given) => {
      const identity = (): Promise<string> => {
        const error = new Error("signed out");
        if (given === "throws") throw error;
        return Promise.reject(error);
      };
      Object.assign(button, { identity });
    }, how);
    await element.locator("[part~=button]").click();
    await element.locator("[part~=panel]").waitFor();
    await expectReadable(element);
  });

  it.each(["light", "dark"] as const)(
    "can be read with the page's %s colours and forced ones",
    async (colorScheme) => {
      for (const forcedColors of ["none", "active"] as const) {
        const page = await newPage({ colorScheme, forcedColors });
        await expectReadable(await stage.show(page, "unreachable", scene("popover", "")));
        await expectReadable(
          await stage.show(page, "unreachable", scene("floating", "header a { color: Canvas !important }")),
        );
      }
    },
  );
});

import puppeteer, { type Browser, type BrowserContext, type KeyInput, type Page } from "puppeteer-core";
import type { EngineBrowser } from "./engine.js";
import { SANDBOX_FLAGS } from "./paths.js";
import { Tab } from "./tab.js";

/**
 * Switches on the browser's setting for reduced motion, because endless animations cost processor time. The animations
 * themselves are tested by e2e/reflow.test.ts.
 */
const CHROMIUM_FLAGS = ["--force-prefers-reduced-motion", ...SANDBOX_FLAGS];

/**
 * Starts Firefox or Chromium with Puppeteer. It controls Firefox with WebDriver BiDi, and Chromium with the Chrome
 * DevTools Protocol.
 */
export async function startPuppeteer(
  browser: "chrome" | "firefox",
  executablePath: string,
): Promise<EngineBrowser> {
  const launched = await puppeteer.launch({
    browser,
    executablePath,
    args: browser === "chrome" ? CHROMIUM_FLAGS : [],
    extraPrefsFirefox: { "ui.prefersReducedMotion": 1 },
    defaultViewport: { width: 1024, height: 768 },
  });
  return { open: () => open(launched), close: () => launched.close() };
}

async function open(browser: Browser): Promise<Tab> {
  const context = await browser.createBrowserContext();
  return new PuppeteerTab(context, await context.newPage());
}

class PuppeteerTab extends Tab {
  readonly #context: BrowserContext;
  readonly #page: Page;

  constructor(context: BrowserContext, page: Page) {
    super();
    this.#context = context;
    this.#page = page;
    page.on("console", (message) => {
      // Ignores the message about a missing icon, because it does not come from the element.
      if (message.location().url?.endsWith("/favicon.ico")) return;
      if (["error", "warn", "assert"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => {
      this.complaints.push(error instanceof Error ? error.message : String(error));
    });
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  run<Result, Args extends unknown[]>(
    work: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    return this.#page.evaluate(work as (...given: unknown[]) => Promise<Result>, ...args);
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  async press(...chords: string[]): Promise<void> {
    const { keyboard } = this.#page;
    for (const chord of chords) {
      // Firefox accepts the space character here, but not the name of the key.
      const keys = chord.replace("Space", " ").split("+") as KeyInput[];
      const last = keys.pop();
      for (const key of keys) await keyboard.down(key);
      if (last !== undefined) await keyboard.press(last);
      for (const key of keys) await keyboard.up(key);
    }
  }

  undo(): Promise<void> {
    return this.press("Control+z");
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#page.setViewport({ width, height });
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  protected async pointAt(x: number, y: number, clicks: number): Promise<void> {
    if (clicks === 0) await this.#page.mouse.move(x, y);
    else await this.#page.mouse.click(x, y, { count: clicks });
  }
}

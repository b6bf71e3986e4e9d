import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Builder, Capabilities, Key, type WebDriver } from "selenium-webdriver";
import { freePort } from "../ports.js";
import type { EngineBrowser } from "./engine.js";
import { Tab } from "./tab.js";

/**
 * Paths of the programs that are needed to test in WebKitGTK: the driver, the browser that it controls, and a virtual
 * display.
 */
export interface WebKitPaths {
  driver: string;
  browser: string;
  xvfb: string;
}

/**
 * Milliseconds after which a WebDriver session that has not started is given up. On a busy machine, about one session
 * in a hundred never starts.
 */
const SESSION_TAKES = 6000;

/** Starts the browser of WebKitGTK with WebDriver. It has the same engine as Safari. */
export async function startWebKit({ driver, browser, xvfb }: WebKitPaths): Promise<EngineBrowser> {
  const display = spawn(xvfb, ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = (await once(display.stdio[3] as Readable, "data")) as [Buffer];
  const settings = stillSettings();
  const start = () =>
    startDriver(driver, { DISPLAY: `:${String(number).trim()}`, XDG_CONFIG_HOME: settings });
  const capabilities = new Capabilities();
  capabilities.set("browserName", "MiniBrowser");
  capabilities.set("webkitgtk:browserOptions", { binary: browser, args: ["--automation"] });
  let server = await start();
  return {
    async open() {
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        // Opens a new WebDriver session for each page, because each session has a profile of its own.
        const session = await inTime(
          new Builder().usingServer(server.url).withCapabilities(capabilities).build(),
        );
        if (session !== undefined) return new WebKitTab(session);
        await stop(server.process);
        server = await start();
      }
      throw new Error("WebKit begins no session");
    },
    async close() {
      await stop(server.process);
      await stop(display);
      rmSync(settings, { recursive: true, force: true });
    },
  };
}

/** Creates a folder with GTK settings that switch animations off, because endless animations cost processor time. */
function stillSettings(): string {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-webkit-"));
  mkdirSync(join(folder, "gtk-3.0"));
  writeFileSync(join(folder, "gtk-3.0", "settings.ini"), "[Settings]\ngtk-enable-animations=0\n");
  return folder;
}

/** Waits until a WebDriver session has started. @returns undefined if it does not start in time */
function inTime(session: PromiseLike<WebDriver>): Promise<WebDriver | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), SESSION_TAKES);
    session.then(resolve, reject).then(
      () => clearTimeout(timer),
      () => undefined,
    );
  });
}

async function startDriver(
  path: string,
  env: Record<string, string>,
): Promise<{ process: ChildProcess; url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = spawn(path, [`--port=${port}`], {
    stdio: "ignore",
    env: {
      ...process.env,
      ...env,
      // Switches off the sandbox of WebKit. It needs Linux namespaces, which containers usually do not offer.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
  });
  await listening(url);
  return { process: started, url };
}

/**
 * Kills a process: the WebDriver server or the virtual display. The browser ends with the WebDriver server. If the
 * browser hangs, it ends with the virtual display.
 */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function listening(url: string): Promise<void> {
  const answers = () =>
    fetch(`${url}/status`).then(
      () => true,
      () => false,
    );
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const KEYS: Record<string, string> = {
  Control: Key.CONTROL,
  Shift: Key.SHIFT,
  Enter: Key.ENTER,
  Tab: Key.TAB,
  Escape: Key.ESCAPE,
  Space: Key.SPACE,
  Backspace: Key.BACK_SPACE,
  Delete: Key.DELETE,
  Home: Key.HOME,
  End: Key.END,
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
};
const keyOf = (name: string): string => KEYS[name] ?? name;

class WebKitTab extends Tab {
  readonly #driver: WebDriver;

  constructor(driver: WebDriver) {
    super();
    this.#driver = driver;
  }

  async goto(url: string): Promise<void> {
    await this.#driver.get(url);
  }

  async run<Result, Args extends unknown[]>(
    work: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${String(work)})(...[...arguments].slice(0, -1))).then(
        (value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#driver.executeAsyncScript<{ value: Result; error?: string }>(
      script,
      ...args,
    );
    if (error != null) throw new Error(error);
    return value;
  }

  async type(text: string): Promise<void> {
    if (text !== "") await this.#driver.actions().sendKeys(text).perform();
  }

  async press(...chords: string[]): Promise<void> {
    for (const chord of chords) {
      const keys = chord.split("+").map(keyOf);
      const last = keys.pop() ?? "";
      let actions = this.#driver.actions();
      for (const key of keys) actions = actions.keyDown(key);
      actions = actions.sendKeys(last);
      for (const key of keys) actions = actions.keyUp(key);
      await actions.perform();
    }
  }

  /** Undoes the last change with an editing command, because WebKitGTK has no key for it. */
  async undo(): Promise<void> {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other command
    await this.run(() => void document.execCommand("undo"));
  }

  async resize(width: number, height: number): Promise<void> {
    const frame = await this.run(() => ({
      width: outerWidth - innerWidth,
      height: outerHeight - innerHeight,
    }));
    const rect = { x: 0, y: 0, width: width + frame.width, height: height + frame.height };
    await this.#driver.manage().window().setRect(rect);
  }

  async close(): Promise<void> {
    await this.#driver.quit();
  }

  protected async pointAt(x: number, y: number, clicks: number): Promise<void> {
    let actions = this.#driver.actions().move({ x: Math.round(x), y: Math.round(y), duration: 0 });
    for (let click = 0; click < clicks; click += 1) actions = actions.press().release();
    await actions.perform();
  }
}

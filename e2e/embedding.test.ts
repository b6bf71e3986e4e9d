import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser, launchProfile } from "@uis-call/testing/browsers/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ENDPOINT, type Hosts, startHosts } from "./hosts.js";

// Runs in Chromium only, because no other browser can be started with host names and with a setting for third-party
// cookies.
let hosts: Hosts;
let browser: Browser;
beforeAll(async () => {
  hosts = await startHosts();
  browser = await launchBrowser(hosts.flags);
});
afterAll(async () => {
  await browser.close();
  await hosts.stop();
});

const dialled = () => hosts.uis.received("place_calls").length;

/** The response to `POST /session`. It contains `sessionToken` only if the page is cross-site. */
interface Session {
  csrfToken: string;
  sessionToken?: string;
}

/** What an attacker may know: everything that the visitor's page knows, except the cookie, which no script can read. */
interface Spoils {
  endpoint: string;
  body: string;
  key: string;
  csrf: string;
  bearer: string;
}

let last = 0;
/**
 * Returns the body of a request for a call. Each body has a new number: a second request for the same number would
 * return the first call again.
 */
const request = () => JSON.stringify({ target: "sales", phone: `+7900${String(++last).padStart(7, "0")}` });

/** Opens a session from a script of the page. @returns undefined if the browser hides the response from the page */
const openSession = (page: Page, credentials: "include" | "omit") =>
  page.evaluate(
    async ([endpoint, credentials]): Promise<Session | undefined> => {
      const options = {
        method: "POST",
        credentials,
        headers: { "Content-Type": "application/json" },
        body: '{"tenant":"shop"}',
      };
      return fetch(`${endpoint}/session?tenant=shop`, options).then(
        (answer) => answer.json() as Promise<Session>,
        () => undefined,
      );
    },
    [ENDPOINT, credentials] as const,
  );

/**
 * The ways in which a page can send a request. The functions run in the page. They resolve when the request has ended.
 */
const KINDS = {
  "fetch with cookie and CSRF token": ({ endpoint, body, key, csrf }: Spoils) =>
    fetch(`${endpoint}/calls?tenant=shop`, {
      method: "POST",
      credentials: "include",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key, "X-CSRF-Token": csrf },
      body,
    }).catch(() => undefined),
  "fetch with bearer": ({ endpoint, body, key, bearer }: Spoils) =>
    fetch(`${endpoint}/calls?tenant=shop`, {
      method: "POST",
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        Authorization: `Bearer ${bearer}`,
      },
      body,
    }).catch(() => undefined),
  "fetch with the cookie alone": ({ endpoint, body, key }: Spoils) =>
    fetch(`${endpoint}/calls?tenant=shop`, {
      method: "POST",
      credentials: "include",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key },
      body,
    }).catch(() => undefined),
  "fetch of text/plain": ({ endpoint, body }: Spoils) =>
    fetch(`${endpoint}/calls?tenant=shop`, { method: "POST", credentials: "include", body }).catch(
      () => undefined,
    ),
  "fetch without CORS": ({ endpoint, body }: Spoils) =>
    fetch(`${endpoint}/calls?tenant=shop`, {
      method: "POST",
      mode: "no-cors",
      credentials: "include",
      headers: { "Content-Type": "application/json" },
      body,
    }).catch(() => undefined),
  "beacon of JSON": ({ endpoint, body }: Spoils) =>
    navigator.sendBeacon(`${endpoint}/calls?tenant=shop`, new Blob([body], { type: "application/json" })),
  "beacon of text": ({ endpoint, body }: Spoils) =>
    navigator.sendBeacon(`${endpoint}/calls?tenant=shop`, body),
  "form, urlencoded": ({ endpoint, body }: Spoils) => {
    const { target, phone } = JSON.parse(body) as { target: string; phone: string };
    document.body.innerHTML = `<iframe name="f"></iframe><form method="post" target="f" action="${endpoint}/calls?tenant=shop">
      <input name="target" value="${target}"><input name="phone" value="${phone}"></form>`;
    document.forms[0]?.submit();
  },
  "form, text/plain": ({ endpoint, body }: Spoils) => {
    // The form sends the field as `name=value`. The name, the `=` and the value are chosen so that together they form
    // JSON.
    document.body.innerHTML = `<iframe name="f"></iframe><form method="post" enctype="text/plain" target="f" action="${endpoint}/calls?tenant=shop">
      <input></form>`;
    const [input] = document.getElementsByTagName("input");
    input?.setAttribute("name", body.replace("}", ',"page":"https://shop.test/?'));
    input?.setAttribute("value", '"}');
    document.forms[0]?.submit();
  },
  image: ({ endpoint }: Spoils) => {
    document.body.innerHTML = `<img src="${endpoint}/calls?tenant=shop&target=sales&phone=%2B79000000001">`;
  },
  frame: ({ endpoint }: Spoils) => {
    document.body.innerHTML = `<iframe src="${endpoint}/calls?tenant=shop&target=sales&phone=%2B79000000001"></iframe>`;
  },
  script: ({ endpoint }: Spoils) => {
    const script = document.createElement("script");
    script.src = `${endpoint}/calls?tenant=shop&target=sales&phone=%2B79000000001`;
    document.body.append(script);
  },
};
type Kind = keyof typeof KINDS;

const PAGES = {
  "the backend's own page": "https://calls.shop.test/",
  "the shop's page": "https://shop.test/",
  "a listed page of another site": "https://foreign.test/",
  "a sibling that is not listed": "https://other.shop.test/",
  "another site that is not listed": "https://evil.test/",
  "a sandboxed page of the shop's": `https://shop.test/?Content-Security-Policy=sandbox%20allow-scripts%20allow-forms`,
};

/**
 * The result of a request. "preflight" means that the browser sent nothing after the preflight request. "CALLED" means
 * that the backend accepted the call and sent it to UIS. A number is the status of the backend's last HTTP response.
 */
type Outcome = "CALLED" | "preflight" | "401" | "403" | "405" | "415";

/** Expected results by the kind of request. The columns are in the order of `PAGES`. */
const MATRIX: Record<Kind, [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]> = {
  "fetch with cookie and CSRF token": [
    "CALLED",
    "CALLED",
    "preflight",
    "preflight",
    "preflight",
    "preflight",
  ],
  "fetch with bearer": ["CALLED", "CALLED", "CALLED", "preflight", "preflight", "preflight"],
  "fetch with the cookie alone": ["403", "403", "preflight", "preflight", "preflight", "preflight"],
  "fetch of text/plain": ["415", "415", "415", "403", "403", "403"],
  "fetch without CORS": ["415", "415", "415", "403", "403", "403"],
  "beacon of JSON": ["403", "403", "preflight", "preflight", "preflight", "preflight"],
  "beacon of text": ["415", "415", "415", "403", "403", "403"],
  "form, urlencoded": ["415", "415", "415", "403", "403", "403"],
  "form, text/plain": ["415", "415", "415", "403", "403", "403"],
  image: ["405", "405", "405", "405", "405", "405"],
  frame: ["405", "405", "405", "405", "405", "405"],
  script: ["405", "405", "405", "405", "405", "405"],
};

const CELLS = Object.entries(PAGES).flatMap(([page, url], column) =>
  (Object.keys(MATRIX) as Kind[]).map((kind) => [page, kind, MATRIX[kind][column], url] as const),
);

describe("only a page the tenant lists, in the way meant for it, has a phone ring:", () => {
  let context: BrowserContext;
  let page: Page;
  let stolen: { csrf: string; bearer: string };

  // Opens two sessions in one browser, one with a cookie and one with a bearer token. Every page tries to use both.
  beforeAll(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto("https://foreign.test/");
    const byBearer = await openSession(page, "omit");
    await page.goto("https://shop.test/");
    const byCookie = await openSession(page, "include");
    expect([byCookie?.sessionToken, typeof byBearer?.sessionToken]).toEqual([undefined, "string"]);
    stolen = { csrf: byCookie?.csrfToken ?? "", bearer: byBearer?.sessionToken ?? "" };
  });
  afterAll(() => context.close());

  it.each(CELLS)("%s, %s: %s", async (_page, kind, expected, url) => {
    await page.goto(url);
    const [earlier, before] = [hosts.answered.length, dialled()];
    const spoils: Spoils = { ...stolen, endpoint: ENDPOINT, body: request(), key: randomUUID() };
    const send: (spoils: Spoils) => unknown = KINDS[kind];
    await page.evaluate(send, spoils);
    const outcome = () => {
      const { method, status } = callRequests(earlier).at(-1) ?? {};
      return method === "OPTIONS"
        ? "preflight"
        : status === 201 || status === 202
          ? "CALLED"
          : String(status);
    };
    await expect.poll(outcome).toBe(expected);
    // Polls, because UIS receives an accepted call a moment later. Calls that arrive too late for this check are found
    // by the next test.
    await expect.poll(() => dialled() - before).toBe(expected === "CALLED" ? 1 : 0);
  });

  it("and nothing came later", () => {
    expect(dialled()).toBe(CELLS.filter(([, , expected]) => expected === "CALLED").length);
  });

  it("the cookie went along where a browser sends it, so that it was us who refused", () => {
    const carried = (path: string) =>
      hosts.answered.some((one) => one.path === path && one.cookie !== undefined);
    expect(carried("/api/calls")).toBe(true);
  });
});

/**
 * Returns the requests to `/api/calls` that the backend has answered, except those among the first `earlier` answered
 * requests.
 */
const callRequests = (earlier: number) =>
  hosts.answered.slice(earlier).filter(({ path }) => path.startsWith("/api/calls"));

describe("a page of another site", () => {
  /**
   * Runs in the page: opens a session, requests a call and follows the event stream of the call. @returns the last
   * event
   */
  const callByBearer = (page: Page, body: string) =>
    page.evaluate(
      async ([endpoint, body, key]) => {
        const json = { "Content-Type": "application/json" };
        const session = await fetch(`${endpoint}/session?tenant=shop`, {
          method: "POST",
          credentials: "omit",
          headers: json,
          body: '{"tenant":"shop"}',
        });
        const { sessionToken } = (await session.json()) as { sessionToken: string };
        const bearer = { Authorization: `Bearer ${sessionToken}` };
        const headers = { ...json, ...bearer, "Idempotency-Key": key };
        const answer = await fetch(`${endpoint}/calls?tenant=shop`, {
          method: "POST",
          credentials: "omit",
          headers,
          body,
        });
        const { id } = (await answer.json()) as { id: string };
        const events = await fetch(`${endpoint}/calls/${id}/events?tenant=shop`, {
          credentials: "omit",
          headers: bearer,
        });
        return events.text();
      },
      [ENDPOINT, body, randomUUID()] as const,
    );

  it("places a call in a browser that blocks third-party cookies", async () => {
    // Checks first that the setting of the browser works: third-party cookies are sent without it, and are not sent
    // with it.
    expect(await sendsThirdPartyCookies(await profile(false))).toBe(true);
    const blocking = await profile(true);
    expect(await sendsThirdPartyCookies(blocking)).toBe(false);

    const page = await blocking.newPage();
    await page.goto("https://foreign.test/");
    const before = dialled();
    expect(await callByBearer(page, request())).toMatch(/event: ?call[^]*"status":"placed"/);
    expect(dialled() - before).toBe(1);
    expect(await blocking.cookies(ENDPOINT)).toEqual([]);
  });

  it.each(["require-corp", "credentialless"])(
    "that is isolated by %s loads the button and places a call",
    async (policy) => {
      const page = await browser.newPage();
      onTestFinished(() => page.close());
      await page.goto(
        `https://foreign.test/?Cross-Origin-Embedder-Policy=${policy}&Cross-Origin-Opener-Policy=same-origin`,
      );
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await page.addScriptTag({ type: "module", url: `${ENDPOINT}/widget.js` });
      await page.waitForFunction(() => customElements.get("uis-call-button") !== undefined);
      expect(await callByBearer(page, request())).toContain('"status":"placed"');
    },
  );

  /** Starts a browser that blocks or allows third-party cookies. */
  async function profile(blocks: boolean): Promise<BrowserContext> {
    const folder = mkdtempSync(join(tmpdir(), "uis-call-profile-"));
    mkdirSync(join(folder, "Default"));
    const profile = { block_third_party_cookies: blocks, cookie_controls_mode: blocks ? 1 : 0 };
    writeFileSync(join(folder, "Default", "Preferences"), JSON.stringify({ profile }));
    const context = await launchProfile(folder, hosts.flags);
    onTestFinished(async () => {
      await context.close();
      rmSync(folder, { recursive: true, maxRetries: 3 });
    });
    return context;
  }

  /** Returns whether the browser sends a cookie of calls.shop.test from a page of foreign.test. */
  async function sendsThirdPartyCookies(of: BrowserContext): Promise<boolean> {
    const page = await of.newPage();
    await page.goto(
      "https://calls.shop.test/?Set-Cookie=probe%3D1;Secure;SameSite=None;Path=/probe;Max-Age=600",
    );
    await page.goto("https://foreign.test/");
    const earlier = hosts.answered.length;
    await page.evaluate(() =>
      fetch("https://calls.shop.test/probe", { mode: "no-cors", credentials: "include" }),
    );
    const probe = () => hosts.answered.slice(earlier).find(({ path }) => path === "/probe");
    await expect.poll(probe).toBeDefined();
    const sent = probe()?.cookie === "probe=1";
    await page.close();
    return sent;
  }
});

it("a sibling subdomain can put no session of its own in place of the visitor's", async () => {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const toss = "__Host-uis_call_shop=s%253Achosen.x; Domain=shop.test; Path=/; Secure";
  await page.goto(`https://other.shop.test/?Set-Cookie=${toss}`);
  await page.evaluate((cookie) => (document.cookie = decodeURIComponent(cookie)), toss);
  await page.evaluate(() => (document.cookie = "control=1; Domain=shop.test; Path=/; Secure"));
  await page.goto("https://shop.test/");
  await openSession(page, "include");
  const session = hosts.answered.findLast(({ path, method }) => path === "/api/session" && method === "POST");
  expect(session?.cookie).toBe("control=1");
});

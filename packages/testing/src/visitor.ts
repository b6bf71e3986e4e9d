import { randomUUID } from "node:crypto";
import { systemClock } from "@uis-call/bff";
import type { Call, ErrorCode, Problem, SessionResponse } from "@uis-call/shared";
import { got, type Response } from "got";
import { ORIGIN } from "./acme.js";
import { LeakScan } from "./leak-scan.js";

export interface Answer<Body> {
  status: number;
  body: Body;
  headers: Response["headers"];
  text: string;
}

/** HTTP response that contains a call or a problem. The type has the properties of both. */
export type CallAnswer = Answer<Call & { code: ErrorCode; at?: string; retryAfter?: number }>;

type Headers = Record<string, string | undefined>;

const written = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

/**
 * A browser of one visitor. It keeps the cookie or bearer token and the CSRF token, and sends the requests that a page
 * of the tenant would send.
 */
export class Visitor {
  /** URL of the backend, with the path at which it is mounted. */
  url: string;
  /** Milliseconds to wait for an HTTP response. Default: no limit. */
  patience: number | undefined;
  /** Headers that are sent with every request, for example those that a proxy adds. */
  headers: Headers = {};
  /** Origin of the page that the visitor is on. */
  #origin = ORIGIN;
  /** Id of the tenant whose session was opened last. Each request names this tenant. */
  tenant = "acme";
  readonly #leakScan: LeakScan;
  /** All cookies of the visitor, as they are sent in the header `Cookie`. */
  cookie: string | undefined;
  csrfToken: string | undefined;
  /**
   * The token of a session without a cookie. Present on a page of another site, or if the visitor asked for a token.
   */
  sessionToken: string | undefined;
  /** Texts of all HTTP responses that the visitor has received. */
  readonly seen: string[] = [];

  /**
   * @param leakScan collects the telephone numbers and secrets that the visitor sends and receives
   * @param among list to which this visitor is added
   */
  constructor(url: string, leakScan = new LeakScan(), among: Visitor[] = []) {
    this.url = url;
    this.#leakScan = leakScan;
    among.push(this);
  }

  /** Moves the visitor to a page of another origin. */
  at(origin: string): void {
    this.#origin = origin;
  }

  async open(
    tenant = "acme",
    headers: Headers = {},
    token?: string,
    bearer?: true,
  ): Promise<Answer<SessionResponse & Problem>> {
    this.at(headers["origin"] ?? this.headers["origin"] ?? ORIGIN);
    this.tenant = tenant;
    const body = { tenant, ...(token !== undefined && { token }), ...(bearer && { bearer }) };
    const answer = await this.send<SessionResponse & Problem>("POST", "/session", body, headers);
    if (answer.status === 200) ({ csrfToken: this.csrfToken, sessionToken: this.sessionToken } = answer.body);
    this.#leakScan.credential(this.csrfToken);
    this.#leakScan.credential(this.sessionToken);
    return answer;
  }

  call(body: object, headers: Headers = {}): Promise<CallAnswer> {
    return this.send("POST", "/calls", body, { "idempotency-key": randomUUID(), ...headers });
  }

  read(id: string): Promise<CallAnswer> {
    return this.send("GET", `/calls/${id}`);
  }

  /** Follows the event stream of a call. Yields each state of the call that the stream sends. */
  async *follow(id: string): AsyncGenerator<Call> {
    const headers = written({ cookie: this.cookie, ...this.#bearer() });
    const stream = got.stream(`${this.url}/calls/${id}/events?tenant=${this.tenant}`, { headers });
    let rest = "";
    for await (const chunk of stream) {
      rest += String(chunk);
      const events = rest.split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const data = /^data: ?(.*)$/m.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data) as Call;
      }
    }
  }

  /** Requests the call again and again until it has the given status. */
  async until(id: string, status: Call["status"]): Promise<Call> {
    const deadline = Date.now() + 30_000;
    // Waits longer each time, because tests with hundreds of visitors would otherwise keep the backend busy.
    for (let wait = 20; ; wait = Math.min(2 * wait, 160)) {
      const { body } = await this.read(id);
      if (body.status === status) return body;
      if (Date.now() > deadline) throw new Error(`the call is still ${body.status}, not ${status}`);
      await systemClock.sleep(wait);
    }
  }

  /**
   * Stores a cookie as browsers do. A cookie replaces the one with the same name, in the same place. An expired cookie
   * is deleted.
   */
  #keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split("; ");
    const [name, value] = pair.split("=");
    const gone = attributes.some((one) => one.startsWith("Expires=Thu, 01 Jan 1970"));
    const pairs = this.cookie?.split("; ") ?? [];
    const place = pairs.findIndex((one) => one.split("=")[0] === name);
    pairs.splice(place === -1 ? pairs.length : place, place === -1 ? 0 : 1, ...(gone ? [] : [pair]));
    this.cookie = pairs.length > 0 ? pairs.join("; ") : undefined;
    this.#leakScan.credential(value);
  }

  #bearer(): Headers {
    if (this.sessionToken === undefined) return {};
    return { origin: this.#origin, authorization: `Bearer ${this.sessionToken}` };
  }

  async send<Body = Problem>(
    method: "GET" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PUT" | "PATCH" | "TRACE",
    path: string,
    body?: object | string,
    headers: Headers = {},
  ): Promise<Answer<Body>> {
    const all: Headers = {
      origin: this.#origin,
      "accept-language": "en",
      cookie: this.cookie,
      "x-csrf-token": this.csrfToken,
      ...this.#bearer(),
      "content-type": body === undefined ? undefined : "application/json",
      ...this.headers,
      ...headers,
    };
    this.#leakScan.request(body);
    const query = path.includes("?") ? "" : `?tenant=${this.tenant}`;
    const response = await got(this.url + path + query, {
      method,
      headers: written(all),
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      throwHttpErrors: false,
      retry: { limit: 0 },
      ...(this.patience !== undefined && { timeout: { request: this.patience } }),
    });
    for (const cookie of response.headers["set-cookie"] ?? []) this.#keep(cookie);
    this.seen.push(response.body + JSON.stringify(response.headers));
    const text = response.body;
    const parsed: unknown = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: response.statusCode, body: parsed as Body, headers: response.headers, text };
  }
}

import type { Problem, SessionRequest, SessionResponse } from "@uis-call/shared";
import { CallRefused } from "./call-refused.js";

export interface TransportOptions {
  /** Base URL of the backend, without a slash at the end. */
  endpoint: string;
  /** Language of titles and spoken messages. */
  locale: string;
}

/** A request but for what says whose it is. */
export interface Message {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal | null;
}

/** What each backend has turned out to take, so that no other button of the page has to find out. */
const found = new Map<string, RequestCredentials>();

/**
 * Requests to one backend as one session: by its cookie where page and backend are of one site, by the token it gives
 * where they are not. The token is kept here and nowhere else.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #timeout: number;
  #credentials: RequestCredentials = "include";
  #csrf: string | undefined;
  #bearer: string | undefined;

  /** @param timeout milliseconds after which a request without an answer is given up */
  constructor(options: TransportOptions, timeout: number) {
    this.#options = options;
    this.#timeout = timeout;
  }

  /** Whether a session may outlive the page: its cookie does, and its token does not. */
  get mayResume(): boolean {
    return this.#ways[0] !== "omit";
  }

  /** @throws CallRefused */
  async openSession(body: SessionRequest, [way, next] = this.#ways): Promise<SessionResponse> {
    this.#credentials = way;
    try {
      const session = await this.send<SessionResponse>({ method: "POST", path: "/session", body });
      // Without a token it keeps cookies after all: only the connection had failed.
      found.set(this.#options.endpoint, session.sessionToken ? way : "include");
      this.#csrf = session.csrfToken;
      this.#bearer = session.sessionToken;
      return session;
    } catch (error) {
      // The browser gave no answer to read, nor for want of time.
      if (next && (error as CallRefused).cause instanceof TypeError) return this.openSession(body, [next]);
      throw error;
    }
  }

  /** @throws CallRefused */
  async send<Body>(message: Message): Promise<Body> {
    let response: Response;
    let answer: unknown;
    try {
      response = await this.fetch({ signal: AbortSignal.timeout(this.#timeout), ...message });
      answer = await response.json();
    } catch (cause) {
      throw new CallRefused("network", { cause });
    }
    if (response.ok) return answer as Body;
    // A proxy in front of the backend may send JSON, too; its codes mean nothing here.
    if (!response.headers.get("content-type")?.startsWith("application/problem+json"))
      throw new CallRefused("network");
    const problem = answer as Problem;
    throw new CallRefused(problem.code, problem);
  }

  /** The answer as it comes. @throws TypeError where there is none, or the page may not read it */
  fetch({ method, path, body, headers, signal = null }: Message): Promise<Response> {
    return fetch(this.#options.endpoint + path, {
      method,
      credentials: this.#credentials,
      signal,
      headers: {
        "Accept-Language": this.#options.locale,
        ...(body && { "Content-Type": "application/json" }),
        ...(this.#bearer
          ? { Authorization: `Bearer ${this.#bearer}` }
          : this.#csrf && method !== "GET" && { "X-CSRF-Token": this.#csrf }),
        ...headers,
      },
      body: body ? JSON.stringify(body) : null,
    });
  }

  get #ways(): Ways {
    return this.#bearer ? ["omit"] : waysTo(this.#options.endpoint);
  }
}

/** One way at least. */
type Ways = readonly [RequestCredentials, RequestCredentials?];

/**
 * What to try, in turn. To a page of another site the backend says that no cookie may be used, and the browser then keeps
 * a request with `include` from being made at all: it is tried again without. Which hosts are of one site takes the public
 * suffix list to say for certain, but those that differ in their last two labels never are.
 */
function waysTo(endpoint: string): Ways {
  const url = new URL(endpoint, location.href);
  if (url.origin === location.origin) return ["same-origin"];
  const known = found.get(endpoint);
  if (known) return [known];
  return siteOf(url) === siteOf(location) ? ["include", "omit"] : ["omit"];
}

/** The site, or one that is larger. */
const siteOf = ({ protocol, hostname }: URL | Location): string =>
  protocol + (/^[\d.]+$|:/.test(hostname) ? hostname : hostname.split(".").slice(-2).join("."));

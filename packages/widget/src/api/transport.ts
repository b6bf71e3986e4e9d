import type { Problem, SessionRequest, SessionResponse } from "@uis-call/shared";
import { ApiError } from "./errors.js";
import { setServerClock } from "./server-clock.js";

/** The backend and the tenant of a session. */
export interface Place {
  /** Base URL of the backend, without a slash at the end. */
  endpoint: string;
  tenant: string;
}

/** A request without credentials; {@link Transport} adds them. */
export interface Message {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal | null;
}

/** Credentials mode that is known to work, by endpoint. Shared by all buttons of the page. */
const found = new Map<string, RequestCredentials>();

/**
 * Sends requests to one backend within one session. The session uses a cookie if page and backend are same-site.
 * Otherwise, or if `asksBearer` is set, it uses a bearer token. The token is kept in this object only.
 */
export class Transport {
  /** Whether a new session must use a bearer token even if page and backend are same-site. */
  asksBearer = false;
  readonly #place: Place;
  readonly #timeout: number;
  #credentials: RequestCredentials = "include";
  #csrf: string | undefined;
  #bearer: string | undefined;

  /** @param timeout milliseconds a request may take */
  constructor(place: Place, timeout: number) {
    this.#place = place;
    this.#timeout = timeout;
  }

  /** Whether the session outlives the page: a cookie does, a bearer token does not. */
  get mayResume(): boolean {
    return !this.#bearer && !this.asksBearer && this.#ways[0] !== "omit";
  }

  /**
   * Opens a session, or resumes the existing one.
   *
   * @param locale language of the targets' titles
   * @throws ApiError
   */
  async openSession(
    user: Pick<SessionRequest, "token">,
    locale: string,
    [way, next] = this.#ways,
  ): Promise<SessionResponse> {
    const { endpoint, tenant } = this.#place;
    this.#credentials = way;
    try {
      const session = await this.send<SessionResponse>({
        method: "POST",
        path: "/session",
        body: { tenant, ...user, ...(this.asksBearer && !this.#bearer && { bearer: true }) },
        headers: { "Accept-Language": locale },
      });
      // A response without a token shows that cookies work, so the first attempt failed for another reason.
      found.set(endpoint, session.sessionToken ? way : "include");
      setServerClock(session.now);
      this.#csrf = session.csrfToken;
      this.#bearer = session.sessionToken;
      return session;
    } catch (error) {
      // A TypeError is a blocked or failed request, not a time-out: try the next mode.
      if (next && (error as ApiError).cause instanceof TypeError)
        return this.openSession(user, locale, [next]);
      throw error;
    }
  }

  /** @throws ApiError */
  async send<Body>(message: Message): Promise<Body> {
    let response: Response;
    let answer: unknown;
    try {
      response = await this.fetch({ signal: AbortSignal.timeout(this.#timeout), ...message });
      answer = await response.json();
    } catch (cause) {
      throw new ApiError("network", { cause });
    }
    if (response.ok) return answer as Body;
    // A proxy in front of the backend may send JSON, too; its codes mean nothing here.
    if (!response.headers.get("content-type")?.startsWith("application/problem+json"))
      throw new ApiError("network");
    const problem = answer as Problem;
    throw new ApiError(problem.code, problem);
  }

  /** Returns the raw response. @throws TypeError if there is no response, or if CORS hides it from the page */
  fetch({ method, path, body, headers, signal = null }: Message): Promise<Response> {
    const { endpoint, tenant } = this.#place;
    return fetch(`${endpoint}${path}?tenant=${encodeURIComponent(tenant)}`, {
      method,
      credentials: this.#credentials,
      signal,
      headers: {
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
    return waysTo(this.#place.endpoint);
  }
}

/** Credentials modes to try in turn; at least one. */
type Ways = readonly [RequestCredentials, RequestCredentials?];

/**
 * Lists the credentials modes to try. The backend does not allow a cross-site page to send credentials, so the browser
 * blocks a request with `include`, and `omit` is tried next. Only the public suffix list shows for certain which hosts
 * are same-site. Hosts that differ in their last two labels never are, so `include` is not tried for them.
 */
function waysTo(endpoint: string): Ways {
  const url = new URL(endpoint, location.href);
  if (url.origin === location.origin) return ["same-origin"];
  const known = found.get(endpoint);
  if (known) return [known];
  return siteOf(url) === siteOf(location) ? ["include", "omit"] : ["omit"];
}

/** Returns the site of a URL, or a larger domain that contains the site. */
const siteOf = ({ protocol, hostname }: URL | Location): string =>
  protocol + (/^[\d.]+$|:/.test(hostname) ? hostname : hostname.split(".").slice(-2).join("."));

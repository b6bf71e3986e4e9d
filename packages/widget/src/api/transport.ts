import type { Problem, SessionRequest, SessionResponse } from "@uis-call/shared";
import { ApiError } from "./errors.js";
import { setServerClock } from "./server-clock.js";

/** The backend and the tenant of a session. */
export interface Place {
  /** Base URL of the backend, without a slash at the end. */
  endpoint: string;
  tenant: string;
}

/** An HTTP request without credentials; {@link Transport} adds the credentials. */
export interface Message {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  headers?: Record<string, string>;
  signal?: AbortSignal | null;
}

/** The `credentials` mode of `fetch` that has worked for each endpoint. All buttons of the page share this map. */
const found = new Map<string, RequestCredentials>();

/**
 * Sends HTTP requests to one backend within one session. The session uses a cookie if page and backend are same-site.
 * Otherwise, or if `asksBearer` is set, it uses a bearer token. The bearer token is kept only in this object.
 */
export class Transport {
  /** Whether a new session must use a bearer token even if page and backend are same-site. */
  asksBearer = false;
  readonly #place: Place;
  readonly #timeout: number;
  #credentials: RequestCredentials = "include";
  #csrf: string | undefined;
  #bearer: string | undefined;

  /** @param timeout maximum duration of a request, in milliseconds */
  constructor(place: Place, timeout: number) {
    this.#place = place;
    this.#timeout = timeout;
  }

  /** Whether the session still exists after a reload of the page: a cookie is kept, a bearer token is lost. */
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
      // If the response contains no token, the session has a cookie, which needs the mode `include`. A preceding
      // attempt with `include` has then failed for another reason, such as a broken network.
      found.set(endpoint, session.sessionToken ? way : "include");
      setServerClock(session.now);
      this.#csrf = session.csrfToken;
      this.#bearer = session.sessionToken;
      return session;
    } catch (error) {
      // A TypeError means that the request was blocked by the browser or has failed, and not that it has timed out. The
      // next mode may work.
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
    // JSON of another type may come from a proxy in front of the backend. It contains no error code of the backend.
    if (!response.headers.get("content-type")?.startsWith("application/problem+json"))
      throw new ApiError("network");
    const problem = answer as Problem;
    throw new ApiError(problem.code, problem);
  }

  /** Sends a request and returns its `Response`. @throws TypeError if none arrives, or if CORS hides it from pages */
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

/** One or two `credentials` modes of `fetch`, in the order in which they are tried. */
type Ways = readonly [RequestCredentials, RequestCredentials?];

/**
 * Lists the `credentials` modes of `fetch` to try. The mode `include` works only if page and backend are same-site,
 * because the backend does not allow a cross-site page to send credentials. A script cannot tell for certain whether
 * two hosts are same-site, because that depends on the public suffix list. Therefore `include` is tried first, and
 * `omit` next. Hosts that differ in their last two labels are never same-site, so only `omit` is tried for them.
 */
function waysTo(endpoint: string): Ways {
  const url = new URL(endpoint, location.href);
  if (url.origin === location.origin) return ["same-origin"];
  const known = found.get(endpoint);
  if (known) return [known];
  return siteOf(url) === siteOf(location) ? ["include", "omit"] : ["omit"];
}

/** Returns the scheme and the last two labels of the host: the site of the URL, or a domain that contains the site. */
const siteOf = ({ protocol, hostname }: URL | Location): string =>
  protocol + (/^[\d.]+$|:/.test(hostname) ? hostname : hostname.split(".").slice(-2).join("."));

import type { SessionResponse } from "@uis-call/shared";
import { ApiError } from "./errors.js";
import { type Message, type Place, Transport } from "./transport.js";

/** The properties of a button that say who its user is. Buttons with the same user share a session. */
export interface Member {
  readonly token: string;
  readonly identity: (() => Promise<string | undefined>) | undefined;
}

/**
 * Milliseconds for which an unused session certainly exists: the backend ends a session after half an hour without a
 * request. If the backend does not recognize a session earlier, the browser has lost the session's cookie.
 */
const SURELY_ALIVE = 25 * 60_000;

/** Base URLs of backends whose cookies the browser does not send back from this page. */
const cookieless = new Set<string>();

/** All sessions of the page. The key consists of the backend's base URL and the tenant. */
const sessions = new Map<string, PageSession[]>();

/**
 * Returns a key that is equal for buttons of the same user. All `identity` functions count as the same user, because
 * frameworks create a new function for each button and on each render.
 */
const userOf = ({ token, identity }: Member): string => (identity ? "identity" : token);

/** One session with the backend, shared by all buttons of the page that have the same user. */
export class PageSession {
  /** The buttons on the page that use the session, in the order in which they joined it. */
  readonly members = new Set<Member>();
  /** Whether this session uses the cookie. Only one session of a page can. All others use bearer tokens. */
  readonly hasCookie: boolean;
  readonly #transport: Transport;
  readonly #place: Place;
  readonly #user: string;
  readonly #token: string;
  readonly #timeout: number;
  /** The backend's responses to requests that open the session. The key is the language of the response. */
  readonly #answers = new Map<string, Promise<SessionResponse>>();
  #present: SessionResponse | undefined;
  #openedAt = 0;
  /**
   * Whether the backend has accepted a request within the session. This shows that the browser sends the cookie back.
   */
  #comesBack = false;
  /**
   * Settles when the last request that opens the session has ended. Such requests are sent one after another, because
   * each request sends the credentials that the previous one has received.
   */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param timeout maximum duration of an HTTP request, and of the page's `identity` function, in milliseconds */
  constructor(place: Place, member: Member, timeout: number, hasCookie = true) {
    this.#place = place;
    this.#user = userOf(member);
    this.#token = member.identity ? "" : member.token;
    this.#timeout = timeout;
    this.hasCookie = hasCookie;
    this.members.add(member);
    this.#transport = new Transport(place, timeout);
    // An identity token can open only one session. If the browser did not send back the session's cookie, the same
    // token could not open another session. Therefore a bearer token is requested at once if the cookie may be lost.
    const noCookie = cookieless.has(place.endpoint) || (this.#token !== "" && mayLackCookies());
    this.#transport.asksBearer = !hasCookie || noCookie;
  }

  /** Whether a button on the page still has the session's user. If none has, the user may have signed out. */
  get isAlive(): boolean {
    return [...this.members].some((member) => userOf(member) === this.#user);
  }

  /** Whether the session still exists after a reload of the page: a cookie is kept, a bearer token is lost. */
  get mayResume(): boolean {
    return this.#transport.mayResume;
  }

  /**
   * The backend's last response to a request that opened the session. Undefined until the first response arrives, and
   * while the session is being opened again.
   */
  get present(): SessionResponse | undefined {
    return this.#present;
  }

  /** Whether the button can use this session. A button without a user can also use the session that has the cookie. */
  serves(member: Member): boolean {
    const user = userOf(member);
    return user === this.#user || (user === "" && this.hasCookie);
  }

  /**
   * Opens the session, unless it is already open.
   *
   * @param locale language of the targets' titles
   * @param stale the response of an earlier `open`, now outdated. If it is still the last response, the session is
   *   opened again. If not, another button has already opened the session again
   * @param bearer whether to ask for a bearer token if the session was lost soon after it had been opened
   * @throws ApiError
   */
  open(locale: string, stale?: SessionResponse, bearer?: boolean): Promise<SessionResponse> {
    // An identity token cannot open a second session for another language. Its first response serves all languages.
    const [any] = this.#token ? this.#answers.values() : [];
    const known = this.#answers.get(locale) ?? any;
    const renews = stale !== undefined && stale === this.#present;
    if (known && !renews) return known;
    if (renews) {
      this.#answers.clear();
      this.#present = undefined;
    }
    if (bearer !== undefined && !this.#comesBack && Date.now() - this.#openedAt < SURELY_ALIVE)
      this.#transport.asksBearer = bearer || !this.hasCookie;
    const answer = this.#turn.then(() => this.#open(locale));
    this.#answers.set(locale, answer);
    this.#turn = answer.catch(() => {
      if (this.#answers.get(locale) === answer) this.#answers.delete(locale);
    });
    return answer;
  }

  /** @throws ApiError */
  async send<Body>(message: Message): Promise<Body> {
    const answer = await this.#transport.send<Body>(message);
    this.#comesBack = true;
    return answer;
  }

  /** Sends a request and returns its `Response`. @throws TypeError if none arrives, or if CORS hides it from pages */
  fetch(message: Message): Promise<Response> {
    return this.#transport.fetch(message);
  }

  async #open(locale: string): Promise<SessionResponse> {
    const token = this.#token || (this.#user && (await this.#ask()));
    const session = await this.#transport.openSession({ ...(token && { token }) }, locale);
    // The session was opened again with a bearer token, because the browser did not send back its cookie. The browser
    // will not send back the cookies of this backend's other sessions either.
    if (this.#openedAt && this.hasCookie && this.#transport.asksBearer) cookieless.add(this.#place.endpoint);
    this.#openedAt = Date.now();
    return (this.#present = session);
  }

  #ask(): Promise<string | undefined> {
    const first = [...this.members].find(({ identity }) => identity);
    return inTime(() => first?.identity?.(), this.#timeout);
  }
}

/**
 * Returns the session that a button uses from now on: an existing session of the page if one fits the button's user,
 * otherwise a new session.
 */
export function joinSession(place: Place, member: Member, timeout: number): PageSession {
  const key = `${new URL(place.endpoint, location.href).href} ${place.tenant}`;
  const alive = sessions.get(key)?.filter(({ isAlive }) => isAlive) ?? [];
  let session = alive.find((one) => one.serves(member));
  if (!session) {
    session = new PageSession(place, member, timeout, !alive.some(({ hasCookie }) => hasCookie));
    alive.push(session);
  }
  session.members.add(member);
  sessions.set(key, alive);
  return session;
}

/**
 * Runs a function of the page and returns its result. @throws ApiError with code `network` if that takes too long
 */
export async function inTime<Answer>(ask: () => Promise<Answer> | Answer, timeout: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ApiError("network")), timeout);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether cookies may be unavailable. This is so if the page is in a frame inside a page of another origin, or if the
 * browser blocks cookies or storage: browsers that block storage also block cookies.
 */
function mayLackCookies(): boolean {
  try {
    return top?.origin !== origin || !navigator.cookieEnabled || !sessionStorage;
  } catch {
    return true;
  }
}

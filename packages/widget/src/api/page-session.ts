import type { SessionResponse } from "@uis-call/shared";
import { inTime } from "../in-time.js";
import { taken } from "../property-types.js";
import { statementOf } from "../storage.js";
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
 * Returns a key for the user whose session a button needs. All `identity` functions stand for the same user, because
 * frameworks create a new function per button and render. So do tokens that say the same, because servers create a new
 * token per page.
 */
const userOf = ({ token, identity }: Member): string => (identity ? "identity" : statementOf(token));

/** One session with the backend, shared by all buttons of the page that have the same user. */
export class PageSession {
  /** The buttons on the page that use the session, in the order in which they joined it. */
  readonly members = new Set<Member>();
  /** Whether this session uses the cookie. Only one session of a page can. All others use bearer tokens. */
  readonly hasCookie: boolean;
  readonly #transport: Transport;
  readonly #place: Place;
  readonly #user: string;
  /** Whether the user is known from the buttons' tokens. */
  readonly #byToken: boolean;
  /** Tokens that have been sent. Each can open one session only. */
  readonly #used = new Set<string>();
  readonly #timeout: number;
  /** The backend's responses to requests that open the session. The key is the language of the response. */
  readonly #answers = new Map<string, Promise<SessionResponse>>();
  /** Whether the page has opened other sessions since the session was abandoned. They may have taken its cookie. */
  #replaced = false;
  /** Responses that have arrived since the session was last opened again, one per language. */
  readonly #current = new Set<SessionResponse>();
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
    this.#byToken = !member.identity && member.token !== "";
    this.#timeout = timeout;
    this.hasCookie = hasCookie;
    this.members.add(member);
    this.#transport = new Transport(place, timeout);
    // A token can open only one session, so it cannot be used again if the browser does not send the cookie back.
    const noCookie = cookieless.has(place.endpoint) || (this.#byToken && mayLackCookies());
    this.#transport.asksBearer = !hasCookie || noCookie;
  }

  /**
   * Whether the session can be used: a button on the page still has the session's user, and no other session has taken
   * its place. If no button has that user, the user may have signed out.
   */
  get isAlive(): boolean {
    return !this.#replaced && [...this.members].some((member) => userOf(member) === this.#user);
  }

  /** Whether the session is that of a user whom the page names. Buttons that name no user may use it, too. */
  get hasUser(): boolean {
    return this.#user !== "";
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

  /** Ends the use of a session without buttons. A button that is put back on the page later joins another session. */
  leaveIfAbandoned(): boolean {
    this.#replaced = !this.isAlive;
    return this.#replaced;
  }

  /** Whether the button can use this session. A button that names no user can use the session that has the cookie. */
  serves(member: Member): boolean {
    const user = userOf(member);
    return user === this.#user || (user === "" && this.hasCookie);
  }

  /**
   * Opens the session, unless it is already open.
   *
   * @param locale language of the targets' titles
   * @param stale outdated response. If it is still one of the present ones, the session is opened again; otherwise
   *   another button has already done so
   * @param bearer whether to ask for a bearer token if the session was lost soon after it had been opened
   * @throws ApiError
   */
  open(locale: string, stale?: SessionResponse, bearer?: boolean): Promise<SessionResponse> {
    // Each request needs another token of the user, so the first response is used for all languages.
    const [any] = this.#user ? this.#answers.values() : [];
    const known = this.#answers.get(locale) ?? any;
    const renews = stale !== undefined && this.#current.has(stale);
    if (known && !renews) return known;
    if (renews) {
      this.#answers.clear();
      this.#current.clear();
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
    const token = this.#user && (this.#byToken ? this.#nextToken : await this.#ask());
    const session = await this.#transport.openSession({ ...(token && { token }) }, locale);
    // The session was opened again with a bearer token, because the browser did not send back its cookie. The browser
    // will not send back the cookies of this backend's other sessions either.
    if (this.#openedAt && this.hasCookie && this.#transport.asksBearer) cookieless.add(this.#place.endpoint);
    this.#openedAt = Date.now();
    this.#current.add(session);
    return (this.#present = session);
  }

  /** The token of a button; one that is not used up, if there is one. */
  get #nextToken(): string | undefined {
    const tokens = [...this.members].flatMap((one) => (userOf(one) === this.#user ? [one.token] : []));
    const token = tokens.find((one) => !this.#used.has(one)) ?? tokens[0];
    if (token) this.#used.add(token);
    return token;
  }

  /** @throws Error if the answer does not arrive in time */
  async #ask(): Promise<string | undefined> {
    const first = [...this.members].find(({ identity }) => identity);
    const answer = await inTime(() => first?.identity?.(), this.#timeout);
    return taken(first ?? this, "identity()", answer, ["text"]) as string | undefined;
  }
}

/**
 * Returns the session that a button uses from now on: an existing session of the page if one fits the button's user,
 * otherwise a new session.
 */
export function joinSession(place: Place, member: Member, timeout: number): PageSession {
  const key = `${new URL(place.endpoint, location.href).href} ${place.tenant}`;
  const alive = sessions.get(key)?.filter((one) => !one.leaveIfAbandoned()) ?? [];
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
 * Whether cookies may be unavailable: the page is inside a frame of another origin, or the browser blocks storage.
 * Browsers that block storage also block cookies.
 */
function mayLackCookies(): boolean {
  try {
    return top?.origin !== origin || !navigator.cookieEnabled || !sessionStorage;
  } catch {
    return true;
  }
}

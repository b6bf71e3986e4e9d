import type { SessionResponse } from "@uis-call/shared";
import { ApiError } from "./errors.js";
import { type Message, type Place, Transport } from "./transport.js";

/** What a button says about its user. */
export interface Member {
  readonly token: string;
  readonly identity: (() => Promise<string | undefined>) | undefined;
}

/** Sessions end after half an hour without a request: a younger one that is gone has lost its cookie. */
const SURELY_ALIVE = 25 * 60_000;

/** Endpoints whose cookies do not come back to this page. */
const cookieless = new Set<string>();

/** Sessions of the page, by backend and tenant. */
const sessions = new Map<string, PageSession[]>();

/** Whose session a button wants. One `identity` function answers for all: frameworks make one per button and render. */
const userOf = ({ token, identity }: Member): string => (identity ? "identity" : token || "");

/** One session with the backend, for all buttons of the page whose user is the same. */
export class PageSession {
  /** The buttons on the page that use it, in the order in which they came. */
  readonly members = new Set<Member>();
  /** Whether the cookie is this session's. Another session beside it travels by token. */
  readonly hasCookie: boolean;
  readonly #transport: Transport;
  readonly #place: Place;
  readonly #user: string;
  readonly #token: string;
  readonly #timeout: number;
  /** Answers of the backend, by language. */
  readonly #answers = new Map<string, Promise<SessionResponse>>();
  #present: SessionResponse | undefined;
  #openedAt = 0;
  /** Whether the backend has answered a request in the session, so that its cookie comes back. */
  #comesBack = false;
  /** Makes requests for a session wait for each other: each sends the credentials that the last has brought. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param timeout milliseconds that a request, and the page's `identity` function, may take */
  constructor(place: Place, member: Member, timeout: number, hasCookie = true) {
    this.#place = place;
    this.#user = userOf(member);
    // A removed attribute is null.
    this.#token = member.identity ? "" : member.token || "";
    this.#timeout = timeout;
    this.hasCookie = hasCookie;
    this.members.add(member);
    this.#transport = new Transport(place, timeout);
    // A token opens one session, so there is no second try where the cookie does not come back.
    const noCookie = cookieless.has(place.endpoint) || (this.#token !== "" && mayLackCookies());
    this.#transport.asksBearer = !hasCookie || noCookie;
  }

  /** Whether a button on the page has this user. Without one, the user may have signed out. */
  get isAlive(): boolean {
    return [...this.members].some((member) => userOf(member) === this.#user);
  }

  /** Whether the session outlives the page: a cookie does, a bearer token does not. */
  get mayResume(): boolean {
    return this.#transport.mayResume;
  }

  /** The backend's last answer; undefined until there is one, and while the session is opened anew. */
  get present(): SessionResponse | undefined {
    return this.#present;
  }

  /** Whether the button can use it. A button that names no user shares that of the page's others. */
  serves(member: Member): boolean {
    const user = userOf(member);
    return user === this.#user || (user === "" && this.hasCookie);
  }

  /**
   * Opens the session, unless that is done.
   *
   * @param locale language of titles
   * @param stale answer that must not be returned again; opens anew where no other button has done so
   * @param bearer sets whether a young session that is gone is asked for by token
   * @throws ApiError
   */
  open(locale: string, stale?: SessionResponse, bearer?: boolean): Promise<SessionResponse> {
    // A token cannot open a second session for another language.
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

  /** Returns the raw response. @throws TypeError where there is none, or CORS hides it from the page */
  fetch(message: Message): Promise<Response> {
    return this.#transport.fetch(message);
  }

  async #open(locale: string): Promise<SessionResponse> {
    const token = this.#token || (this.#user && (await this.#ask()));
    const session = await this.#transport.openSession({ ...(token && { token }) }, locale);
    // The cookie of the first try did not come back, so others will not either.
    if (this.#openedAt && this.hasCookie && this.#transport.asksBearer) cookieless.add(this.#place.endpoint);
    this.#openedAt = Date.now();
    return (this.#present = session);
  }

  #ask(): Promise<string | undefined> {
    const first = [...this.members].find(({ identity }) => identity);
    return inTime(() => first?.identity?.(), this.#timeout);
  }
}

/** Returns the session that a button uses from now on: the page's, or one of its own where its user is another. */
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

/** Returns the page's answer. @throws ApiError `network` when it does not come in time */
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

/** Whether the page lies in a frame of another origin, or the browser blocks storage, which goes with cookies. */
function mayLackCookies(): boolean {
  try {
    return top?.origin !== origin || !navigator.cookieEnabled || !sessionStorage;
  } catch {
    return true;
  }
}

import { Reference } from "@uis-call/shared";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { isTimeZone } from "../config/opening-hours.js";
import { printableText } from "../config/printable-text.js";
import { Refusal } from "../refusal.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { siteRelationOf } from "./site-relation.js";
import type { CallSessionData } from "./session.js";
import { BACKEND, notStored, promised, type SessionBackend } from "./session-backend.js";

/** Logged-in user of the host application. */
export interface HostUser {
  /** Id of the user. It never changes. */
  id: string;
  name?: string;
  /** The user's own telephone number: `+` and digits. */
  phone?: string;
  /** Ids of the targets that the user may use. Default: all targets. */
  targets?: string[];
  /** Values for the message templates. */
  variables?: Record<string, string>;
  /** What the user's calls are about. Overrides the page's `reference`. */
  reference?: string;
  /** IANA time zone of the user's phone. */
  timeZone?: string;
}

/** The host's session of one browser, or a part of it. The backend keeps one member in it, with data by tenant. */
export interface HostSession {
  uisCalls?: Record<string, CallSessionData>;
  /** Stores the session, as in express-session. Without it, the host stores the session at the end of the response. */
  save?: (done: (error?: unknown) => void) => unknown;
}

/** The host application's sessions and users. */
export interface HostSessions {
  /** Returns the host's session for a request. */
  session: (request: Request) => HostSession | undefined;
  /**
   * Returns the logged-in user, or undefined for an anonymous visitor. It is called for every request, so that
   * a logout takes effect immediately.
   */
  user: (request: Request) => HostUser | undefined | Promise<HostUser | undefined>;
}

const User = z.strictObject({
  id: printableText(256),
  name: z.literal("").or(printableText(256)).optional(),
  phone: z
    .string()
    .regex(/^\+\d{5,15}$/, "write + and digits")
    .optional(),
  targets: z.array(printableText(64)).optional(),
  variables: z.record(z.string(), z.literal("").or(printableText(200))).optional(),
  reference: Reference.optional(),
  timeZone: z.string().refine(isTimeZone).optional(),
});

/** Name of the property of `response.locals` that holds the host's user. */
const USER = "hostUser";

/**
 * Stores session data in the host's sessions instead of the backend's own. The backend then needs no cookie, no
 * token and no second session.
 */
export function hostSessionMiddleware(host: HostSessions, cipher: NumberCipher): RequestHandler[] {
  const backend = hostBackend(host);
  return [
    requireOwnSite,
    async (request, response, next) => {
      response.locals[BACKEND] = backend;
      const user = await host.user(request);
      if (user !== undefined) response.locals[USER] = asVisitor(user, cipher);
      next();
    },
  ];
}

/** Returns the host's user who sent this request. Returns undefined if the backend manages sessions itself. */
export const hostUserOf = (request: Request): CallSessionData["user"] =>
  request.res?.locals[USER] as CallSessionData["user"] | undefined;

/** Refuses pages of other sites, whatever `SameSite` attribute the host's cookie has. */
const requireOwnSite: RequestHandler = (request, _response, next) => {
  if (siteRelationOf(request) === "cross-site")
    throw new Refusal("origin_not_allowed", "only pages on PUBLIC_URL's site have a session here");
  next();
};

const hostBackend = ({ session }: HostSessions): SessionBackend => ({
  load(_request, _tenant, bearer) {
    if (!bearer) return Promise.resolve();
    const refusal = new Refusal(
      "invalid_request",
      "sessions here are the application's, by its cookie alone",
      {
        at: "bearer",
      },
    );
    return Promise.reject(refusal);
  },
  isAmbient: () => true,
  of(request, tenant) {
    const data = session(request)?.uisCalls?.[tenant];
    const user = hostUserOf(request);
    // Another user has logged in since, or the user has logged out.
    if (data?.tenant !== tenant || data.user?.id !== user?.id) return undefined;
    return user === undefined ? data : { ...data, user };
  },
  async save(request, data) {
    const kept = session(request);
    if (kept === undefined) throw new Refusal("unavailable", "the application has no session");
    // Only the id is kept: the host is asked for the rest at every request.
    const stripped = data.user === undefined ? data : { ...data, user: { id: data.user.id } };
    kept.uisCalls = { ...kept.uisCalls, [data.tenant]: stripped };
    await stored(kept);
  },
  async end(request, tenant) {
    const kept = session(request);
    if (kept === undefined) return;
    const others = Object.entries(kept.uisCalls ?? {}).filter(([id]) => id !== tenant);
    if (others.length > 0) kept.uisCalls = Object.fromEntries(others);
    else delete kept.uisCalls;
    await stored(kept);
  },
  // The host tells of the end of a session only with the next request.
  isAlive: () => Promise.resolve(true),
  tokenFor: () => undefined,
});

async function stored(kept: HostSession): Promise<void> {
  if (kept.save === undefined) return;
  try {
    await promised((done) => kept.save?.(done));
  } catch (cause) {
    // Leaves the changed data in memory. If the change were undone, express-session would try to save once
    // more, and would cut the response off if that failed, too.
    throw notStored(cause);
  }
}

/**
 * Checks the user that the host returned, and encrypts the user's telephone number.
 *
 * @throws Error that names the invalid properties, but not their values
 */
function asVisitor(given: HostUser, cipher: NumberCipher): NonNullable<CallSessionData["user"]> {
  const parsed = User.safeParse(given);
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join(".") || "(whole)");
    throw new Error(`user(request) returned invalid values at: ${places.join(", ")}`);
  }
  const { id, name, phone, targets, variables, reference, timeZone } = parsed.data;
  return {
    id,
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone: cipher.encrypt(phone) }),
    ...(targets && { targets }),
    ...(variables && { variables }),
    ...(reference !== undefined && { reference }),
    ...(timeZone !== undefined && { timeZone }),
  };
}

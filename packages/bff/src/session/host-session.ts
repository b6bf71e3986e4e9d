import { Reference } from "@uis-call/shared";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { Refusal } from "../refusal.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { siteRelationOf } from "./site-relation.js";
import type { CallSessionData } from "./session.js";
import { BACKEND, notStored, promised, type SessionBackend } from "./session-backend.js";

/** Who the host application says its user is. */
export interface HostUser {
  /** The same for the same person, always. */
  id: string;
  name?: string;
  /** The user's own number, `+` and digits. */
  phone?: string;
  /** The only targets the user may use; default: all. */
  targets?: string[];
  /** Values for the message templates. */
  variables?: Record<string, string>;
  /** What the user's calls are about; goes before the page's. */
  reference?: string;
}

/** The host's session of one browser, or a part of it: we keep one member in it. */
export interface HostSession {
  uisCall?: CallSessionData;
  /** As express-session has it; where there is none, the host stores the session at the end of the answer. */
  save?: (done: (error?: unknown) => void) => unknown;
}

export interface HostSessions {
  /** The host's session of this request. */
  session: (request: Request) => HostSession | undefined;
  /** Who is logged in; undefined: nobody. Asked at every request, so that a logout ends what we keep. */
  user: (request: Request) => HostUser | undefined | Promise<HostUser | undefined>;
}

const User = z.strictObject({
  id: z.string().min(1).max(256),
  name: z.string().max(256).optional(),
  phone: z
    .string()
    .regex(/^\+\d{5,15}$/, "write + and digits")
    .optional(),
  targets: z.array(z.string()).optional(),
  variables: z.record(z.string(), z.string()).optional(),
  reference: Reference.optional(),
});

/** Where the response's locals have the host's user, as a session holds it. */
const USER = "hostUser";

/** Keeps session data in the host's sessions instead of ours: no cookie, no token, no second session. */
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

/** The host's user of this request; always undefined where sessions are ours. */
export const hostUserOf = (request: Request): CallSessionData["user"] =>
  request.res?.locals[USER] as CallSessionData["user"] | undefined;

/** What the host's cookie allows, whatever its `SameSite` is, no page of another site may do with it. */
const requireOwnSite: RequestHandler = (request, _response, next) => {
  if (siteRelationOf(request) === "cross-site")
    throw new Refusal(
      "origin_not_allowed",
      "only pages of the site that PUBLIC_URL is on have a session here",
    );
  next();
};

const hostBackend = ({ session }: HostSessions): SessionBackend => ({
  of(request) {
    const data = session(request)?.uisCall;
    const user = hostUserOf(request);
    // Somebody else has logged in since, or nobody is any more.
    if (data === undefined || data.user?.id !== user?.id) return undefined;
    return user === undefined ? data : { ...data, user };
  },
  async save(request, data) {
    const kept = session(request);
    if (kept === undefined) throw new Refusal("unavailable", "the application has no session");
    // The rest is asked of the host each time: what it says now counts.
    kept.uisCall = data.user === undefined ? data : { ...data, user: { id: data.user.id } };
    await stored(kept);
  },
  async end(request) {
    const kept = session(request);
    if (kept === undefined) return;
    delete kept.uisCall;
    await stored(kept);
  },
  tokenFor: () => undefined,
});

async function stored(kept: HostSession): Promise<void> {
  if (kept.save === undefined) return;
  try {
    await promised((done) => kept.save?.(done));
  } catch (cause) {
    // What is in memory stays: express-session would save a change once more, and cut the answer off when that fails.
    throw notStored(cause);
  }
}

/** @throws Error, whose text names no value, when the host's function gives what it must not */
function asVisitor(given: HostUser, cipher: NumberCipher): NonNullable<CallSessionData["user"]> {
  const parsed = User.safeParse(given);
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join(".") || "(whole)");
    throw new Error(`user(request) gave what it must not, at: ${places.join(", ")}`);
  }
  const { id, name, phone, targets, variables, reference } = parsed.data;
  return {
    id,
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone: cipher.encrypt(phone) }),
    ...(targets && { targets }),
    ...(variables && { variables }),
    ...(reference !== undefined && { reference }),
  };
}

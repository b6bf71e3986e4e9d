import type { CookieOptions, Request } from "express";

/** Most session cookies of a browser. Browsers keep a limited number of cookies per site, and the page's are among them. */
const MOST = 20;

/** Attributes of every session cookie. */
export const cookieOptions = (secure: boolean) =>
  ({ path: "/", httpOnly: true, sameSite: "strict", secure }) as const satisfies CookieOptions;

/** Beginning of all session cookies' names. The prefix `__Host-` needs https. */
const prefixOf = (secure: boolean): string => (secure ? "__Host-uis_call_" : "uis_call_");

/** Name of the cookie of a session with the tenant. */
export const cookieName = (tenant: string, secure: boolean): string => prefixOf(secure) + tenant;

/** Deletes the oldest session cookies of other tenants, to make room for a new one. */
export function dropOldest(request: Request, tenant: string, secure: boolean): void {
  // Browsers list cookies of one path by their age, the oldest first.
  const names = (request.headers.cookie ?? "").split(";").map((pair) => pair.split("=")[0]?.trim() ?? "");
  const others = names.filter((name) => isSessionCookie(name, secure) && name !== cookieName(tenant, secure));
  for (const name of others.slice(0, Math.max(0, others.length - (MOST - 1))))
    request.res?.clearCookie(name, cookieOptions(secure));
}

const isSessionCookie = (name: string, secure: boolean): boolean =>
  name.startsWith(prefixOf(secure)) && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name.slice(prefixOf(secure).length));

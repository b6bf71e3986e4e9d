import type { Call, Target } from "@uis-call/shared";

/**
 * Properties that identify a button. If one of them changes, the element counts as a different button with its own
 * calls.
 */
export const BUTTON_OF = ["tenant", "target", "reference"] as const;

/** Properties that determine which stored call a button shows after a reload. */
export const OWNER_OF = [...BUTTON_OF, "token", "identity"] as const;

/**
 * The subject of a button's calls, and the user who makes them. Claims of a token other than the user's id are ignored.
 */
export interface Matter {
  readonly tenant: string;
  readonly target: string;
  readonly reference: string;
  /** Distinguishes users without revealing who they are. Empty if the page names no user. */
  readonly user: string;
}

/** Properties of a button that a {@link Matter} is made of. */
type Button = Omit<Matter, "user"> & { readonly token: string; readonly identity: unknown };

/** Builds the matter from the button's properties. */
export const matterOf = ({ tenant, target, reference, token, identity }: Button): Matter => ({
  tenant,
  target,
  reference,
  user: identity ? "identity" : token ? checksumOf(subjectOf(token)) : "",
});

/** Reads the user's id from a token. The next page has a different token, but the same id. */
function subjectOf(token: string): string {
  const claims = claimsOf(token) as { sub?: unknown } | undefined;
  return claims ? String(claims.sub) : token;
}

/**
 * Returns what a token says: all its claims, except those in which two tokens always differ. A token that cannot be
 * read stands for itself.
 */
export function statementOf(token: string): string {
  const claims = claimsOf(token);
  if (!claims) return token;
  return JSON.stringify(claims, (name, claim: unknown) =>
    /^(?:iat|nbf|exp|jti)$/.test(name) ? undefined : claim,
  );
}

function claimsOf(token: string): unknown {
  try {
    return JSON.parse(atob(token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""));
  } catch {
    return undefined;
  }
}

/** Computes an FNV-1a hash. User ids may be personal data, which must not be stored in the browser. */
function checksumOf(text: string): string {
  let sum = 0;
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return sum.toString(36);
}

/**
 * Whether other buttons with the same matter, and the page after a reload, may show the call. They may not if only a
 * sealed number or the reference in a token identifies the call's subject, because the page cannot tell two such calls
 * apart.
 */
export const isShared = ({ reference }: Matter, { office, visitor }: Target, call: Call): boolean =>
  reference !== "" || (office !== "sealed" && visitor !== "sealed" && call.reference === undefined);

/** Builds the storage key. JSON quotes each part, so that different matters always have different keys. */
const keyOf = ({ tenant, target, reference, user }: Matter): string =>
  `uis-call:${JSON.stringify([tenant, target, reference, ...(user ? [user] : [])])}`;

/**
 * Returns the id of the matter's call that was in progress when the visitor left the page. Returns null if there is
 * none, or if storage is not allowed.
 */
export function storedCall(matter: Matter): string | null {
  try {
    return sessionStorage.getItem(keyOf(matter));
  } catch {
    return null;
  }
}

/** Stores only the call's id, for use after a reload of the page. Without an id, deletes the stored id. */
export function storeCall(matter: Matter, id?: string): void {
  try {
    if (id) sessionStorage.setItem(keyOf(matter), id);
    else sessionStorage.removeItem(keyOf(matter));
  } catch {
    // Storage is blocked by the page or the visitor: calls are not resumed.
  }
}

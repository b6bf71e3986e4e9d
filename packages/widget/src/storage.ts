import type { Call, Target } from "@uis-call/shared";

/**
 * Properties that identify a button. If one of them changes, the element counts as a different button, which has its
 * own calls.
 */
export const BUTTON_OF = ["tenant", "target", "reference"] as const;

/** Properties that determine which stored call a button shows after a reload. */
export const OWNER_OF = [...BUTTON_OF, "token", "identity"] as const;

/**
 * The subject of a button's calls, and the user who requests them. Only the user's id is taken from an identity token.
 */
export interface Matter {
  readonly tenant: string;
  readonly target: string;
  readonly reference: string;
  /** Distinguishes users without revealing who they are. Empty if the button has neither `token` nor `identity`. */
  readonly user: string;
}

/** The properties of a button from which its {@link Matter} is built. */
type Button = Omit<Matter, "user"> & { readonly token: string; readonly identity: unknown };

/** Builds the {@link Matter} of a button from its properties. */
export const matterOf = ({ tenant, target, reference, token, identity }: Button): Matter => ({
  tenant,
  target,
  reference,
  user: identity ? "identity" : token ? checksumOf(subjectOf(token)) : "",
});

/** Reads the user's id from an identity token. The next page has another token, but with the same id. */
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

/** Computes an FNV-1a hash. The hash is stored in place of the user's id, because the id may be personal data. */
function checksumOf(text: string): string {
  let sum = 0;
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return sum.toString(36);
}

/**
 * Whether the call may be shown again after a reload, and by other buttons with the same {@link Matter}. This is not so
 * if only a sealed number, or the reference in an identity token, identifies the subject of the call. The element
 * cannot read them, so it could show the call of another subject.
 */
export const isShared = ({ reference }: Matter, { office, visitor }: Target, call: Call): boolean =>
  reference !== "" || (office !== "sealed" && visitor !== "sealed" && call.reference === undefined);

/** Builds the key of `sessionStorage`. JSON quotes each part, so that different matters always have different keys. */
const keyOf = ({ tenant, target, reference, user }: Matter): string =>
  `uis-call:${JSON.stringify([tenant, target, reference, ...(user ? [user] : [])])}`;

/**
 * Returns the stored id of a call that was in progress when the visitor left the page. Returns null if no id is stored,
 * or if storage is blocked.
 */
export function storedCall(matter: Matter): string | null {
  try {
    return sessionStorage.getItem(keyOf(matter));
  } catch {
    return null;
  }
}

/** Stores the id of a call, so that the call is shown again after a reload. Without `id`, deletes the stored id. */
export function storeCall(matter: Matter, id?: string): void {
  try {
    if (id) sessionStorage.setItem(keyOf(matter), id);
    else sessionStorage.removeItem(keyOf(matter));
  } catch {
    // If storage is blocked, the call is not shown again after a reload.
  }
}

import type { Call, Target } from "@uis-call/shared";

/** Properties that identify a button. A change of one makes another button, with calls of its own. */
export const BUTTON_OF = ["tenant", "target", "reference"] as const;

/** Properties that say whose call a button shows after a reload. */
export const OWNER_OF = [...BUTTON_OF, "token", "identity"] as const;

/** What a button calls about, and for whom. Other claims in a token do not count. */
export interface Matter {
  readonly tenant: string;
  readonly target: string;
  readonly reference: string;
  /** Tells users apart without naming them; empty where the page names none. */
  readonly user: string;
}

/** Properties of a button that a {@link Matter} is made of. */
type Button = Omit<Matter, "user"> & { readonly token: string; readonly identity: unknown };

/** Reads the button's attributes. */
export const matterOf = ({ tenant, target, reference, token, identity }: Button): Matter => ({
  tenant,
  target,
  reference,
  user: identity ? "identity" : token ? checksumOf(subjectOf(token)) : "",
});

/** Reads the user's id from a token: it is the same in the next page's token. */
function subjectOf(token: string): string {
  try {
    const claims = atob(token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "");
    return String((JSON.parse(claims) as { sub?: unknown }).sub);
  } catch {
    return token;
  }
}

/** FNV-1a: ids may be personal data, which storage must not hold. */
function checksumOf(text: string): string {
  let sum = 0;
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return sum.toString(36);
}

/**
 * Whether other buttons of the matter, and the page after a reload, may show the call. They may not where only a sealed
 * number or a token's reference tells what it is about: the page cannot tell two such calls apart.
 */
export const isShared = ({ reference }: Matter, { office, visitor }: Target, call: Call): boolean =>
  reference !== "" || (office !== "sealed" && visitor !== "sealed" && call.reference === undefined);

/** JSON keeps the keys of different matters different. */
const keyOf = ({ tenant, target, reference, user }: Matter): string =>
  `uis-call:${JSON.stringify([tenant, target, reference, ...(user ? [user] : [])])}`;

/** Returns the id of the matter's call that was under way when the page was left; null where storage is not allowed. */
export function storedCall(matter: Matter): string | null {
  try {
    return sessionStorage.getItem(keyOf(matter));
  } catch {
    return null;
  }
}

/** Stores the call's id, and nothing else, for a reload of the page. Without an id, deletes the stored one. */
export function storeCall(matter: Matter, id?: string): void {
  try {
    if (id) sessionStorage.setItem(keyOf(matter), id);
    else sessionStorage.removeItem(keyOf(matter));
  } catch {
    // Storage is blocked by the page or the visitor: calls are not resumed.
  }
}

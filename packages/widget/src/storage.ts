import type { Call, Target } from "@uis-call/shared";

/** Properties that identify a button. A change of one makes another button, with calls of its own. */
export const BUTTON_OF = ["tenant", "target", "reference"] as const;

/** What a button calls about, by its attributes alone: claims in a token do not count. */
export interface Matter {
  readonly tenant: string;
  readonly target: string;
  readonly reference: string;
}

/** Reads the button's attributes. */
export const matterOf = ({ tenant, target, reference }: Matter): Matter => ({ tenant, target, reference });

/**
 * Whether other buttons of the matter, and the page after a reload, may show the call. They may not where only a sealed
 * number or a token's reference tells what it is about: the page cannot tell two such calls apart.
 */
export const isShared = ({ reference }: Matter, { office, visitor }: Target, call: Call): boolean =>
  reference !== "" || (office !== "sealed" && visitor !== "sealed" && call.reference === undefined);

/** JSON keeps the keys of different matters different. */
const keyOf = ({ tenant, target, reference }: Matter): string =>
  `uis-call:${JSON.stringify([tenant, target, reference])}`;

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

import type { Call, Target } from "@uis-call/shared";

/** Which button it is: with another of these it is another one, and has calls of its own. */
export const BUTTON_OF = ["tenant", "target", "reference"] as const;

/** What a button calls about, in the page's words, whatever a token says. */
export interface Matter {
  readonly tenant: string;
  readonly target: string;
  readonly reference: string;
}

/** What the button's attributes say now. One that is taken away is null, and frameworks hand numbers over as numbers. */
export const matterOf = ({ tenant, target, reference }: Matter): Matter => ({
  tenant,
  target,
  reference: String((reference as string | number | null) ?? ""),
});

/**
 * Whether other buttons, and the page after a reload, may take the matter's call for theirs: not where a sealed number,
 * or the reference in a token, alone says what it is about, since no page can tell one from another.
 */
export const isShared = ({ reference }: Matter, { office, visitor }: Target, call: Call): boolean =>
  reference !== "" || (office !== "sealed" && visitor !== "sealed" && call.reference === undefined);

/** Written so that no two matters have the same. */
const keyOf = ({ tenant, target, reference }: Matter): string =>
  `uis-call:${JSON.stringify([tenant, target, reference])}`;

/** The id of the matter's call that was under way when the page was left. Pages may do without storage, and then do without this. */
export function storedCall(matter: Matter): string | null {
  try {
    return sessionStorage.getItem(keyOf(matter));
  } catch {
    return null;
  }
}

/** Keeps the id, and nothing else, for a reload of the page to find; or forgets it where there is none. */
export function storeCall(matter: Matter, id?: string): void {
  try {
    if (id) sessionStorage.setItem(keyOf(matter), id);
    else sessionStorage.removeItem(keyOf(matter));
  } catch {
    // The page, or its visitor, allows no storage.
  }
}

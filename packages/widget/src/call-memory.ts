/**
 * What a reload of the page is to find again: the id of the call under way, and nothing else. Pages may do without storage,
 * and then do without this.
 */
const keyOf = (tenant: string, target: string): string => `uis-call:${tenant}/${target}`;

/** The id of the call that was under way when the page was left. */
export function recallCall(tenant: string, target: string): string | undefined {
  try {
    return sessionStorage.getItem(keyOf(tenant, target)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the id, or forgets it where there is none. */
export function rememberCall(tenant: string, target: string, id?: string): void {
  try {
    if (id === undefined) sessionStorage.removeItem(keyOf(tenant, target));
    else sessionStorage.setItem(keyOf(tenant, target), id);
  } catch {
    // The page, or its visitor, allows no storage.
  }
}

/**
 * What a reload of the page is to find again: the id of the call under way, and nothing else. Pages may do without storage,
 * and then do without this.
 */
const keyOf = (tenant: string, target: string): string => `uis-call:${tenant}/${target}`;

/** The id of the call that was under way when the page was left. */
export function recallCall(tenant: string, target: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(tenant, target));
  } catch {
    return null;
  }
}

/** Keeps the id, or forgets it where there is none. */
export function rememberCall(tenant: string, target: string, id?: string): void {
  try {
    if (id) sessionStorage.setItem(keyOf(tenant, target), id);
    else sessionStorage.removeItem(keyOf(tenant, target));
  } catch {
    // The page, or its visitor, allows no storage.
  }
}

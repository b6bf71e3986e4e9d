/** Origins that a warning has already been logged for. */
const told = new Set<string>();

/**
 * Warns the page's developer once per origin of a backend. A page cannot distinguish a backend that refuses the page's
 * origin from a backend that is down.
 */
export function tellUnreachable(endpoint: string): void {
  const { origin } = new URL(endpoint, location.href);
  if (told.has(origin) || origin === location.origin) return;
  told.add(origin);
  console.warn(
    `<uis-call-button>: ${origin} could not be reached from this page. Check that it runs, and that the tenant's ` +
      `origins list ${location.origin}, to the letter; the backend's log names the origins it refuses.`,
  );
}

/** Origins of backends for which a warning has already been logged. */
const told = new Set<string>();

/**
 * Logs a warning for the page's developer, once for each origin of a backend. The warning names both possible causes,
 * because a page cannot distinguish a backend that refuses the page's origin from a backend that is down.
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

/** What was told already. */
const told = new Set<string>();

/**
 * Tells the page's developer, once, what to check where a backend of another origin cannot be reached: browsers do not
 * tell a page that it was refused from a backend that is away.
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

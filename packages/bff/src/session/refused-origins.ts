import type { Logger } from "../log.js";

/**
 * Maximum number of origins to remember, and maximum length of an origin in the log. Both are limited because
 * any client can send any `Origin`.
 */
const REMEMBERED = 100;
const LONGEST = 200;

/** Logs why the button of a page does not work and how to fix it, once for each origin and tenant. */
export class RefusedOrigins {
  readonly #log: Logger;
  /** Origins that have been logged, oldest first. */
  readonly #told = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param tenant absent for a preflight request, which does not name the tenant */
  unlisted(origin: string, tenant?: string): void {
    this.#tell(
      origin,
      tenant,
      origin === "null"
        ? "a page without an origin was refused, from a file or a sandboxed frame: serve it by http or https"
        : "a page was refused: if it is yours, add exactly this origin to the tenant's origins",
    );
  }

  unknownTenant(origin: string, tenant: string): void {
    this.#tell(
      origin,
      tenant,
      "a page was refused: the configuration has no such tenant; correct the tenant of its button",
    );
  }

  otherSite(origin: string, tenant: string): void {
    this.#tell(
      origin,
      tenant,
      "a page was refused: its browser reached the backend at another site than PUBLIC_URL's; set PUBLIC_URL to the page's endpoint",
    );
  }

  #tell(claimed: string, tenant: string | undefined, hint: string): void {
    const origin = isOrigin(claimed) ? claimed : "(not an origin)";
    const key = JSON.stringify([origin, tenant]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    for (const oldest of this.#told) {
      if (this.#told.size <= REMEMBERED) break;
      this.#told.delete(oldest);
    }
    this.#log.warn({ origin, ...(tenant !== undefined && { tenant }) }, hint);
  }
}

const isOrigin = (text: string): boolean =>
  text === "null" || (text.length <= LONGEST && URL.canParse(text) && new URL(text).origin === text);

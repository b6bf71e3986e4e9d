import type { Logger } from "../log.js";

/** Most origins to remember, and most letters of one to log: any client can send any Origin. */
const REMEMBERED = 100;
const LONGEST = 200;

/** Logs once per origin and tenant why a page's button does not work, and how to fix it. */
export class RefusedOrigins {
  readonly #log: Logger;
  /** Origins already logged, oldest first. */
  readonly #told = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param tenant unknown in a preflight, which carries only the origin */
  unlisted(origin: string, tenant?: string): void {
    this.#tell(
      origin,
      tenant,
      origin === "null"
        ? "a page without an origin was refused, from a file or a sandboxed frame: serve it by http or https"
        : "a page was refused: if it is yours, add exactly this origin to the tenant's origins",
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

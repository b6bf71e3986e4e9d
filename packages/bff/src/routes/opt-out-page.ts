import { createHash } from "node:crypto";
import type { ErrorRequestHandler, Request } from "express";
import { route, type Route } from "../http/route.js";
import type { Logger } from "../log.js";
import type { OptOuts } from "../policy/opt-out.js";
import { StoreError } from "../store/store-error.js";
import { OPT_OUT_PAGE_STYLE, optOutPage, type OptOutPageLanguage } from "./opt-out-page-text.js";

export interface OptOutPageOptions {
  optOuts: OptOuts;
  log: Logger;
}

/**
 * Routes of the opt-out page. The page is a form that works in any browser without scripts, session or cookie.
 * The code and the last four digits of the number are enough to block the number. The address `/stop` is spoken at the end of a
 * message.
 *
 * The form needs no CSRF token, because the request uses no permission of the browser. Forms on other sites are
 * refused nevertheless: otherwise such a site could guess codes from the addresses of its visitors.
 */
export function optOutRoutes({ optOuts, log }: OptOutPageOptions): Route[] {
  const words = {
    session: "none",
    vary: "Accept-Language",
    policy: POLICY,
    failures: failures(log),
  } as const;
  return [
    route("GET", "/stop", {
      ...words,
      origin: "any",
      rate: "none",
      whenOverloaded: "answer",
      does: "shows the opt-out page, which is meant for [people who were called](privacy.md) but had not requested a call. The page is HTML with a form that has the fields `code` and `number`, the last four digits of the person's number",
      handler: ({ request, response }) => response.send(optOutPage(languageOf(request), "ask")),
    }),
    route("POST", "/stop", {
      ...words,
      origin: "own",
      body: "form",
      rate: "codes",
      // Slowed tries must not count as work, or their number would close the backend for others.
      whenOverloaded: "answer",
      does: "receives the form of the opt-out page",
      async handler({ request, response }) {
        const language = languageOf(request);
        const code = digitsIn(request, "code", 6);
        const lastFour = digitsIn(request, "number", 4);
        if (code === undefined || lastFour === undefined) {
          response.status(422).send(optOutPage(language, "malformed"));
          return;
        }
        const optedOut = await optOuts.take({ code, lastFour }, request.ip);
        if (optedOut) response.send(optOutPage(language, "done"));
        else response.status(422).send(optOutPage(language, "wrong"));
      },
    }),
  ];
}

/**
 * Content-Security-Policy that allows only the page with its one style, and the form only to be sent to this
 * backend.
 */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(OPT_OUT_PAGE_STYLE).digest("base64")}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const languageOf = (request: Request): OptOutPageLanguage =>
  request.acceptsLanguages("en", "ru") === "ru" ? "ru" : "en";

/** Reads digits in the way people type them: in groups, with dashes or in full-width digits. */
function digitsIn({ body }: Request, field: "code" | "number", many: number): string | undefined {
  const typed = (body as Record<string, unknown> | undefined)?.[field];
  if (typeof typed !== "string") return undefined;
  const digits = typed.normalize("NFKC").replaceAll(/[\s.,\p{Pd}]/gu, "");
  return /^\d+$/.test(digits) && digits.length === many ? digits : undefined;
}

/** Answers errors with the page instead of JSON, because a person reads the answer. */
const failures =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status = 500, code } = error as { status?: number; code?: unknown };
    if (code === "method_not_allowed" || code === "origin_not_allowed") {
      response.status(status).send(optOutPage(languageOf(request), "ask"));
      return;
    }
    const unavailable = error instanceof StoreError || code === "overloaded";
    const unread = !unavailable && status >= 400 && status < 500;
    if (!unread) log.error({ err: error }, "the opt-out page failed");
    if (unavailable) response.set("Retry-After", "60");
    response
      .status(unavailable ? 503 : unread ? status : 500)
      .send(optOutPage(languageOf(request), unread ? "malformed" : "broken"));
  };

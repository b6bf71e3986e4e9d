import { createHash } from "node:crypto";
import { type ErrorRequestHandler, type Request, type RequestHandler, Router, urlencoded } from "express";
import type { Logger } from "../log.js";
import type { OptOuts } from "../policy/opt-out.js";
import { StoreError } from "../store/store-error.js";
import { OPT_OUT_PAGE_STYLE, optOutPage, type OptOutPageLanguage } from "./opt-out-page-text.js";

export interface OptOutPageOptions {
  optOuts: OptOuts;
  overload: RequestHandler;
  log: Logger;
}

/**
 * "I did not ask for this call": a form for any browser, without script, session or cookie, whose code alone blocks the
 * number it was told to. At `/stop` of what it is mounted at: where the address told at the end of a message leads.
 *
 * The form has no CSRF token, and needs none: nobody's authority is borrowed with it. It is taken from no other site's
 * page all the same, or its visitors would use up the wrong codes there may be, and no number could opt out.
 */
export function optOutRoutes({ optOuts, overload, log }: OptOutPageOptions): Router {
  const router = Router();
  router.use(PATH, pageHeaders);
  router.get(PATH, (request, response) => {
    response.send(optOutPage(languageOf(request), "ask"));
  });
  router.post(PATH, fromThisPage, form, overload, async (request, response) => {
    const language = languageOf(request);
    const code = codeIn(request);
    if (code === undefined) {
      response.status(422).send(optOutPage(language, "malformed"));
      return;
    }
    const answer = await optOuts.take(code, request.ip);
    if (answer.optedOut) response.send(optOutPage(language, "done"));
    else if (answer.retryAfter === undefined) response.status(422).send(optOutPage(language, "wrong"));
    else {
      response.status(429).set("Retry-After", String(answer.retryAfter));
      response.send(optOutPage(language, "wait", answer.retryAfter));
    }
  });
  router.all(PATH, (request, response) => {
    response
      .status(405)
      .set("Allow", "GET, POST")
      .send(optOutPage(languageOf(request), "ask"));
  });
  router.use(PATH, failures(log));
  return router;
}

const PATH = "/stop";

/** Nothing but the page itself and its one style is loaded or run, and the form goes nowhere else. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(OPT_OUT_PAGE_STYLE).digest("base64")}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const pageHeaders: RequestHandler = (_request, response, next) => {
  response.set({ "Content-Security-Policy": POLICY, Vary: "Accept-Language" }).type("html");
  next();
};

/**
 * What the browser itself says of where the form was; all of them do by now. `Origin` is no help: it is `null`, because
 * the page names no referrer.
 */
const fromThisPage: RequestHandler = (request, response, next) => {
  const site = request.get("sec-fetch-site");
  if (site === undefined || site === "same-origin" || site === "none") next();
  else response.status(403).send(optOutPage(languageOf(request), "ask"));
};

const form = urlencoded({ extended: false, limit: 1024, parameterLimit: 4, inflate: false });

const languageOf = (request: Request): OptOutPageLanguage =>
  request.acceptsLanguages("en", "ru") === "ru" ? "ru" : "en";

/** As it was typed: in groups, with dashes, in full-width digits. */
function codeIn({ body }: Request): string | undefined {
  const typed = (body as Record<string, unknown> | undefined)?.["code"];
  if (typeof typed !== "string") return undefined;
  const code = typed.normalize("NFKC").replaceAll(/[\s.,\p{Pd}]/gu, "");
  return /^\d{6}$/.test(code) ? code : undefined;
}

/** A person is waiting for a page here, not a program for a problem. */
const failures =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status = 500, code } = error as { status?: number; code?: unknown };
    const unavailable = error instanceof StoreError || code === "overloaded";
    const unread = !unavailable && status >= 400 && status < 500;
    if (!unread) log.error({ err: error }, "the opt-out page failed");
    if (unavailable) response.set("Retry-After", "60");
    response
      .status(unavailable ? 503 : unread ? status : 500)
      .send(optOutPage(languageOf(request), unread ? "malformed" : "broken"));
  };

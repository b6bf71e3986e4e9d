import { CallRequest, IdempotencyKey, isOver } from "@uis-call/shared";
import { type Request, type RequestHandler, Router } from "express";
import type { CallFeed } from "../calls/call-feed.js";
import type { Dialler } from "../calls/dialler.js";
import { firstRefusal, type Ledger } from "../calls/ledger.js";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Metrics } from "../metrics.js";
import { applyPolicy, type User } from "../policy/call-policy.js";
import type { RateLimits } from "../policy/rate-limits.js";
import type { ProofGate } from "../policy/proof-gate.js";
import { Refusal } from "../refusal.js";
import { requireOrigin, requireOriginIfSent } from "../session/origin.js";
import { requireSession, type CallSessionData } from "../session/session.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow } from "../store/tables.js";
import { followCall } from "./call-events.js";
import type { OpenStreams } from "../http/open-streams.js";
import { publicCall } from "./public-call.js";
import { jsonBody, localeOf, onlyMethods, parseBody } from "../http/request.js";
import { sessionTenants } from "./session-tenant.js";

export interface CallRoutesOptions {
  tenants: ReadonlyMap<string, Tenant>;
  ledger: Ledger;
  cipher: NumberCipher;
  dialler: Dialler;
  feed: CallFeed;
  rateLimits: RateLimits;
  proofs: ProofGate;
  clock: Clock;
  metrics: Metrics;
  overload: RequestHandler;
  streams: OpenStreams;
  /** Other processes dial calls of the same ledger. */
  shared: boolean;
}

/** How long `POST /calls` waits for UIS's answer before it says 202; a refusal comes at once, phones ring longer. */
const ANSWER_GRACE_MS = 300;

/** `POST /calls`, `GET /calls/:id`, `DELETE /calls/:id`, `GET /calls/:id/events` */
export function callRoutes(options: CallRoutesOptions): Router {
  const { tenants, ledger, feed, overload, streams, clock, shared } = options;
  const tenantOf = sessionTenants(tenants);
  const router = Router();

  router.post("/calls", ...jsonBody, overload, placeCall(options));
  router.all("/calls", onlyMethods("POST"));

  router.get("/calls/:id", async (request, response) => {
    const { call, tenant } = await ownCall(request);
    response.json(publicCall(call, tenant));
  });
  router.delete("/calls/:id", async (request, response) => {
    const session = requireSession(request, { csrf: true });
    requireOrigin(request, tenantOf(session));
    const { call: before, tenant } = await ownCall(request);
    const call = await ledger.cancel(before);
    if (call.status !== before.status) feed.publish(call);
    if (call.status !== "cancelled") {
      throw new Refusal("too_late", "only a call that has not been sent to UIS can be cancelled");
    }
    response.json(publicCall(call, tenant));
  });
  router.all("/calls/:id", onlyMethods("GET", "DELETE"));

  router.get("/calls/:id/events", async (request, response) => {
    const { call, tenant } = await ownCall(request);
    const read = () => ledger.find(call.tenant, call.principal, call.id);
    const show = (row: CallRow) => publicCall(row, tenant);
    await followCall(request, response, call, { feed, read, show, shared, streams, clock });
  });
  router.all("/calls/:id/events", onlyMethods("GET"));

  /** The call named in the path, if it is this session's; anybody else's looks like none at all. */
  async function ownCall(request: Request): Promise<{ call: CallRow; tenant: Tenant }> {
    const session = requireSession(request, { csrf: false });
    const tenant = tenantOf(session);
    requireOriginIfSent(request, tenant);
    const call = await ledger.find(session.tenant, session.principal, String(request.params["id"]));
    if (call === undefined) throw new Refusal("not_found", "this session has no such call");
    return { call, tenant };
  }

  return router;
}

function placeCall(options: CallRoutesOptions): RequestHandler {
  const { tenants, ledger, cipher, dialler, feed, rateLimits, proofs, clock, metrics } = options;
  const tenantOf = sessionTenants(tenants);
  return async (request, response) => {
    const session = requireSession(request, { csrf: true });
    const tenant = tenantOf(session);
    requireOrigin(request, tenant);
    const key = {
      tenant: tenant.id,
      principal: session.principal,
      idempotencyKey: idempotencyKeyOf(request),
    };
    const locale = localeOf(request, tenant.locale);
    const body = parseBody(CallRequest, request);
    const proof = await proofs.judge(tenant, { ...session, ip: request.ip }, body.proof);
    if (proof.refusal !== undefined && !(await ledger.knows(key))) throw proof.refusal;
    const asked = { user: userOf(session, cipher), locale, now: clock.now() };
    const { check, visitorCountry, ...allowed } = await applyPolicy(body, tenant, asked);

    const client = {
      tenant,
      principal: session.principal,
      ip: request.ip,
      identity: allowed.identity && cipher.hash(allowed.identity),
      number: allowed.visitorNumber,
    };
    const { call, replayed, attempt } = await rateLimits.guard(client, (counted) =>
      ledger.accept(
        { ...allowed, ...key, locale, address: request.ip },
        dialler.ready(tenant.id),
        firstRefusal(counted, proof.check, check),
      ),
    );
    if (!replayed) metrics.accepted(call, allowed.visitorNumber, visitorCountry);
    const news = feed.untilOver(call.id, replayed || isOver(call.status) ? 0 : ANSWER_GRACE_MS);
    if (attempt !== undefined) dialler.dial(attempt);
    else if (!replayed && call.status === "accepted") dialler.take(call);
    const current = (await news) ?? call;
    response
      .status(isOver(current.status) ? 201 : 202)
      .set("Location", `${request.baseUrl}/calls/${call.id}`);
    if (replayed) response.set("Idempotency-Replayed", "true");
    response.json(publicCall(current, tenant));
  };
}

function userOf({ user }: CallSessionData, cipher: NumberCipher): User | undefined {
  if (user?.phone === undefined) return user;
  return { ...user, phone: cipher.decrypt(user.phone) };
}

function idempotencyKeyOf(request: Request): string {
  // RFC 8941 strings come in quotes; plain UUIDs are common, too.
  const key = IdempotencyKey.safeParse(request.get("idempotency-key")?.replace(/^"(.*)"$/, "$1"));
  if (key.success) return key.data.toLowerCase();
  throw new Refusal("invalid_request", "send a UUID, made once per click, in the header Idempotency-Key", {
    at: "Idempotency-Key",
  });
}

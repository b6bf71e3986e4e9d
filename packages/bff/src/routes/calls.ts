import { CallRequest, isOver } from "@uis-call/shared";
import type { CallFeed } from "../calls/call-feed.js";
import type { Dialler } from "../calls/dialler.js";
import { firstRefusal, type Ledger } from "../calls/ledger.js";
import type { Clock } from "../clock.js";
import { type InSession, route, type Route } from "../http/route.js";
import type { Metrics } from "../metrics.js";
import { applyPolicy, type User } from "../policy/call-policy.js";
import type { RateLimits } from "../policy/rate-limits.js";
import type { ProofGate } from "../policy/proof-gate.js";
import { Refusal } from "../refusal.js";
import type { CallSessionData } from "../session/session.js";
import type { Database } from "../store/database.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow } from "../store/tables.js";
import { followCall } from "./call-events.js";
import type { OpenStreams } from "../http/open-streams.js";
import { publicCall } from "./public-call.js";
import { localeOf } from "../http/request.js";

export interface CallRoutesOptions {
  ledger: Ledger;
  cipher: NumberCipher;
  dialler: Dialler;
  feed: CallFeed;
  rateLimits: RateLimits;
  proofs: ProofGate;
  clock: Clock;
  metrics: Metrics;
  streams: OpenStreams;
  db: Database;
}

/**
 * Milliseconds for which `POST /calls` waits for UIS's answer before it answers 202. If UIS refuses a call, it
 * does so within this time. If it rings the phones, its answer takes longer.
 */
const ANSWER_GRACE_MS = 300;

/** Routes `POST /calls`, `GET /calls/:id`, `DELETE /calls/:id` and `GET /calls/:id/events`. */
export function callRoutes(options: CallRoutesOptions): Route[] {
  const { ledger, feed, streams, clock, db } = options;
  // With PostgreSQL, other processes dial calls of the same ledger.
  const shared = db.engine === "postgres";
  const own = {
    what: "call",
    find: ({ session }: InSession, id: string) => ledger.find(session.tenant, session.principal, id),
  };
  return [
    route("POST", "/calls", {
      session: "required",
      csrf: true,
      idempotencyKey: true,
      body: CallRequest,
      rate: "calls",
      does: "requests a call with the body `{target, reference?, phone?, phoneCountry?, sealedNumber?, consent?, at?, timeZone?, variables?, page?, proof?}`. The answer is the call: with status 201 if the call is already over, with 202 if it is still under way. `Idempotency-Key` is a UUID that the page makes once per click",
      handler: placeCall(options),
    }),
    route("GET", "/calls/:id", {
      session: "required",
      csrf: false,
      origin: "if sent",
      own,
      rate: "none",
      whenOverloaded: "answer",
      does: "returns the call, if this session requested it",
      handler: ({ response, own: call, tenant }) => response.json(publicCall(call, tenant)),
    }),
    route("DELETE", "/calls/:id", {
      session: "required",
      csrf: true,
      own,
      rate: "none",
      whenOverloaded: "answer",
      does: "cancels a call that has not been sent to UIS",
      async handler({ response, own: before, tenant }) {
        const call = await ledger.cancel(before);
        if (call.status !== before.status) feed.publish(call);
        if (call.status !== "cancelled") {
          throw new Refusal("too_late", "only a call that has not been sent to UIS can be cancelled");
        }
        response.json(publicCall(call, tenant));
      },
    }),
    route("GET", "/calls/:id/events", {
      session: "required",
      csrf: false,
      origin: "if sent",
      own,
      rate: "none",
      whenOverloaded: "answer",
      does: "streams the call as server-sent events named `call`: first its current state, then each change. The stream ends when the call is over",
      async handler({ request, response, own: call, tenant }) {
        const read = () => ledger.find(call.tenant, call.principal, call.id);
        const show = (row: CallRow) => publicCall(row, tenant);
        await followCall(request, response, call, { feed, read, show, shared, streams, clock });
      },
    }),
  ];
}

type Placing = InSession & { body: CallRequest; idempotencyKey: string };

function placeCall(options: CallRoutesOptions) {
  const { ledger, cipher, dialler, feed, rateLimits, proofs, clock, metrics } = options;
  return async ({ request, response, session, tenant, body, idempotencyKey }: Placing): Promise<void> => {
    const key = { tenant: tenant.id, principal: session.principal, idempotencyKey };
    const locale = localeOf(request, tenant.locale);
    const proof = await proofs.judge(tenant, { ...session, ip: request.ip }, body.proof);
    if (proof.refusal !== undefined && !(await ledger.knows(key))) throw proof.refusal;
    const asked = { user: userOf(session, cipher), locale, origin: request.get("origin"), now: clock.now() };
    const { check, visitorCountry, ...allowed } = await applyPolicy(body, tenant, asked);

    const client = {
      tenant,
      principal: session.principal,
      ip: request.ip,
      identity: allowed.identity,
    };
    const slot = dialler.slots.reserve(tenant.id);
    const accepted = await rateLimits
      .guard(client, allowed.visitorNumber, (counted) =>
        ledger.accept(
          { ...allowed, ...key, locale, address: request.ip },
          slot !== undefined && dialler.ready(tenant.id),
          firstRefusal(counted, proof.check, check),
        ),
      )
      .catch((error: unknown) => {
        slot?.release();
        throw error;
      });
    const { call, replayed } = accepted;
    if (!replayed) metrics.accepted(call, allowed.visitorNumber, visitorCountry);
    const news = feed.untilOver(call.id, replayed || isOver(call.status) ? 0 : ANSWER_GRACE_MS);
    dialler.begin(accepted, slot);
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

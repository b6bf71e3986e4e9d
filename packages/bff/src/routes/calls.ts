import { CallRequest, IdempotencyKey, isOver } from "@uis-call/shared";
import { type Request, Router } from "express";
import { type CallFeed, publicCall } from "../calls/call-feed.js";
import type { Dialler } from "../calls/dialler.js";
import type { Ledger } from "../calls/ledger.js";
import type { Tenant } from "../config/configuration.js";
import { permitCall } from "../policy/call-policy.js";
import { Refusal } from "../refusal.js";
import { requireOrigin, requireOriginIfSent } from "../session/origin.js";
import { requireVisit, type Visit } from "../session/session.js";
import type { CallRow } from "../store/tables.js";
import { followCall } from "./call-events.js";
import { jsonBody, localeOf, onlyMethods, parseBody } from "./request.js";

export interface CallRoutesOptions {
  tenants: ReadonlyMap<string, Tenant>;
  ledger: Ledger;
  dialler: Dialler;
  feed: CallFeed;
}

/** How long `POST /calls` waits for UIS's answer before it says 202; a refusal comes at once, phones ring longer. */
const ANSWER_GRACE_MS = 300;

/** `POST /calls`, `GET /calls/:id`, `GET /calls/:id/events` */
export function callRoutes({ tenants, ledger, dialler, feed }: CallRoutesOptions): Router {
  const router = Router();

  router.post("/calls", ...jsonBody, async (request, response) => {
    const visit = requireVisit(request, { csrf: true });
    const tenant = tenantOf(visit);
    requireOrigin(request, tenant);
    const idempotencyKey = idempotencyKeyOf(request);
    const locale = localeOf(request, tenant.locale);
    const permitted = permitCall(parseBody(CallRequest, request), tenant, locale);
    const owner = { tenant: tenant.id, principal: visit.principal };

    const { call, replayed } = await ledger.accept({ ...permitted, ...owner, idempotencyKey, locale });
    let current = call;
    if (!replayed) {
      const answered = feed.untilOver(call.id, ANSWER_GRACE_MS);
      dialler.dial(call);
      await answered;
      current = (await ledger.find(owner.tenant, owner.principal, call.id)) ?? call;
    }
    response.status(isOver(current.status) ? 201 : 202).location(`${request.baseUrl}/calls/${call.id}`);
    if (replayed) response.set("Idempotency-Replayed", "true");
    response.json(publicCall(current));
  });
  router.all("/calls", onlyMethods("POST"));

  router.get("/calls/:id", async (request, response) => {
    response.json(publicCall(await ownCall(request)));
  });
  router.all("/calls/:id", onlyMethods("GET"));

  router.get("/calls/:id/events", async (request, response) => {
    const call = await ownCall(request);
    await followCall(request, response, feed, () => ledger.find(call.tenant, call.principal, call.id));
  });
  router.all("/calls/:id/events", onlyMethods("GET"));

  /** The call named in the path, if it is this session's; anybody else's looks like none at all. */
  async function ownCall(request: Request): Promise<CallRow> {
    const visit = requireVisit(request, { csrf: false });
    requireOriginIfSent(request, tenantOf(visit));
    const call = await ledger.find(visit.tenant, visit.principal, String(request.params["id"]));
    if (call === undefined) throw new Refusal("not_found", "this session has no such call");
    return call;
  }

  function tenantOf(visit: Visit): Tenant {
    const tenant = tenants.get(visit.tenant);
    if (tenant === undefined)
      throw new Refusal("session_required", "the session's tenant is gone: open another");
    return tenant;
  }

  return router;
}

function idempotencyKeyOf(request: Request): string {
  // RFC 8941 strings come in quotes; plain UUIDs are common, too.
  const key = IdempotencyKey.safeParse(request.get("idempotency-key")?.replace(/^"(.*)"$/, "$1"));
  if (key.success) return key.data.toLowerCase();
  throw new Refusal("invalid_request", "send a UUID, made once per click, in the header Idempotency-Key", {
    at: "Idempotency-Key",
  });
}

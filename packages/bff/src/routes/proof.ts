import { type RequestHandler, Router } from "express";
import type { Tenant } from "../config/configuration.js";
import type { RateLimits } from "../policy/rate-limits.js";
import type { ProofGate } from "../policy/proof-gate.js";
import { requireOriginIfSent } from "../session/origin.js";
import { requireSession } from "../session/session.js";
import { onlyMethods } from "../http/request.js";
import { sessionTenants } from "./session-tenant.js";

export interface ProofRoutesOptions {
  tenants: ReadonlyMap<string, Tenant>;
  rateLimits: RateLimits;
  proofs: ProofGate;
  overload: RequestHandler;
}

/** `GET /proof` */
export function proofRoutes({ tenants, rateLimits, proofs, overload }: ProofRoutesOptions): Router {
  const router = Router();
  const tenantOf = sessionTenants(tenants);
  router.get("/proof", overload, async (request, response) => {
    const session = requireSession(request, { csrf: false });
    const tenant = tenantOf(session);
    requireOriginIfSent(request, tenant);
    await rateLimits.checkChallenge(tenant, request.ip);
    response.json(await proofs.challenge(tenant, { ...session, ip: request.ip }));
  });
  router.all("/proof", onlyMethods("GET"));
  return router;
}

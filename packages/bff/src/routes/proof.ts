import { route, type Route } from "../http/route.js";
import type { ProofGate } from "../policy/proof-gate.js";

/** Route `GET /proof`. */
export const proofRoutes = (proofs: ProofGate): Route[] => [
  route("GET", "/proof", {
    session: "required",
    csrf: false,
    origin: "if sent",
    rate: "challenges",
    does: "returns a challenge. The page solves it before a call if the session or a refusal says that a proof is required; see [proof of work](proof-of-work.md)",
    handler: async ({ request, response, session, tenant }) =>
      response.json(await proofs.challenge(tenant, { ...session, ip: request.ip })),
  }),
];

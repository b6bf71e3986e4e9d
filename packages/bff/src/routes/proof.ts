import { route, type Route } from "../http/route.js";
import type { ProofGate } from "../policy/proof-gate.js";

/** Route `GET /proof`. */
export const proofRoutes = (proofs: ProofGate): Route[] => [
  route("GET", "/proof", {
    session: "required",
    csrf: false,
    origin: "if sent",
    rate: "challenges",
    does: "a challenge to solve before a call, where the session or a refusal says so; see [proof of work](proof-of-work.md)",
    handler: async ({ request, response, session, tenant }) =>
      response.json(await proofs.challenge(tenant, { ...session, ip: request.ip })),
  }),
];

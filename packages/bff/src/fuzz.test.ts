import { randomInt } from "node:crypto";
import { fuzz } from "@uis-call/testing/fuzz/fuzz";
import { expect, it } from "vitest";

const SECONDS = 20;
/** Minimum number of bodies. On a slow machine, the test takes longer to reach it. */
const FEWEST = 6000;

it(
  "20 seconds of generated bodies on every route with every method: no 5xx, no crash, no dial, nothing on Object.prototype",
  { timeout: 300_000 },
  async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const seed = randomInt(2 ** 31);
    const end = Date.now() + SECONDS * 1000;
    const enough = (bodies: number): boolean => bodies >= FEWEST && Date.now() > end;
    const outcome = await fuzz({ bodies: 100_000, seed, until: ({ bodies }) => enough(bodies) });
    const { findings, dials, routes, routesThereAre, answers } = outcome;
    expect({ findings: findings.slice(0, 5), dials }, `seed ${String(seed)}`).toEqual({
      findings: [],
      dials: 0,
    });
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(routes.size).toBe(routesThereAre);
    // Checks that the bodies reach many different checks of the backend. Bodies that all failed the first check
    // would prove nothing.
    for (const code of REACHED) expect([...answers.keys()], `seed ${String(seed)}`).toContain(code);
  },
);

/** Statuses and codes that the generated bodies must cause. */
const REACHED = [
  "200",
  "400 malformed_json",
  "401 session_required",
  "401 identity_invalid",
  "403 csrf_failed",
  "403 origin_not_allowed",
  "403 number_not_allowed",
  "403 proof_required",
  "403 proof_invalid",
  "404 not_found",
  "404 target_unknown",
  "405 method_not_allowed",
  "413 too_large",
  "415 unsupported_media_type",
  "422 invalid_request",
  "422 phone_invalid",
  "422 consent_required",
  "422 idempotency_conflict",
  "422 sealed_number_invalid",
];

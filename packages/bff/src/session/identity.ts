import { Reference } from "@uis-call/shared";
import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { Tenant } from "../config/configuration.js";
import { printableText } from "../config/printable-text.js";
import { isTimeZone } from "../config/opening-hours.js";
import { Refusal } from "../refusal.js";
import type { Database } from "../store/database.js";
import { consume } from "../store/once.js";

/** Maximum number of seconds between `iat` and `exp` of a token. */
const LONGEST_LIFE = 300;
/** Seconds by which the clock of the site may differ from the clock of the backend. */
const CLOCK_TOLERANCE = 60;

const Claims = z.object({
  sub: printableText(128),
  iat: z.int(),
  exp: z.int(),
  jti: printableText(128),
  name: printableText(100).optional(),
  /** The user's own telephone number in E.164 form. */
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .optional(),
  targets: z.array(printableText(64)).max(100).optional(),
  variables: z.record(printableText(32), z.literal("").or(printableText(200))).optional(),
  reference: Reference.optional(),
  timeZone: z.string().refine(isTimeZone).optional(),
});

/** User that the token of the host site describes. */
export interface Identity {
  /** `sub` of the token. */
  id: string;
  name?: string;
  /** The user's own telephone number in E.164 form. */
  phone?: string;
  /** Ids of the targets that this user may use. Absent: all targets. */
  targets?: string[];
  /** Values for message templates. They override the values of the page. */
  variables?: Record<string, string>;
  /** What the user's calls are about. Overrides the page's `reference`. */
  reference?: string;
  /** IANA time zone of the user's phone. */
  timeZone?: string;
}

/** A token that has been found valid. It opens one session. */
export interface CheckedToken {
  identity: Identity;
  jti: string;
  expiresAt: Date;
  checkedAt: Date;
}

/**
 * Verifies an identity token (RFC 7519) with the tenant's key: its signature, `aud`, its lifetime, and the
 * claims of docs/tokens.md. Accepts only the algorithm that belongs to the type of the key.
 *
 * @throws Refusal `identity_invalid`, `identity_expired` or `identity_other_tenant`
 */
export async function checkIdentityToken(token: string, tenant: Tenant, now: Date): Promise<CheckedToken> {
  const identity = tenant.identity;
  if (identity === undefined) throw invalid("the tenant has no identity key: leave token out");
  const payload = await verified(token, tenant.id, identity.key, now);
  const claims = Claims.safeParse(payload);
  if (!claims.success) {
    const [issue] = claims.error.issues;
    throw invalid(`claim ${issue?.path.map(String).join(".") ?? ""}: missing, or not as documented`);
  }
  const { sub, iat, exp, jti, name, phone, targets, variables, reference, timeZone } = claims.data;
  if (exp - iat > LONGEST_LIFE) throw invalid(`exp: at most ${String(LONGEST_LIFE)} seconds after iat`);
  return {
    identity: {
      id: sub,
      ...(name !== undefined && { name }),
      ...(phone !== undefined && { phone }),
      ...(targets !== undefined && { targets }),
      ...(variables !== undefined && { variables }),
      ...(reference !== undefined && { reference }),
      ...(timeZone !== undefined && { timeZone }),
    },
    jti,
    expiresAt: new Date((exp + CLOCK_TOLERANCE) * 1000),
    checkedAt: now,
  };
}

type IdentityKey = NonNullable<Tenant["identity"]>["key"];

async function verified(
  token: string,
  tenant: string,
  { algorithm, key }: IdentityKey,
  now: Date,
): Promise<JWTPayload> {
  // Checks `aud` before the signature. If the token is for another tenant, the signature does not match either,
  // and the error would not name the cause.
  if (isForAnother(token, tenant)) {
    throw new Refusal("identity_other_tenant", "aud of the token is another tenant's id", { at: "token" });
  }
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      audience: tenant,
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE,
      // Also refuses a token whose `iat` is in the future.
      maxTokenAge: LONGEST_LIFE,
      requiredClaims: ["sub", "iat", "exp", "jti"],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const detail = "have the site make a new token for each session; if it does, its clock is behind";
      throw new Refusal("identity_expired", detail, { at: "token", cause: error });
    }
    // jose reports a time in the future in this way.
    if (error instanceof errors.JWTClaimValidationFailed && ["iat", "nbf"].includes(error.claim))
      throw invalid(
        `${error.claim}: the site's clock is more than a minute ahead of the backend's: set both clocks`,
        error,
      );
    throw invalid(`not a token of this tenant's, signed by ${algorithm}`, error);
  }
}

function isForAnother(token: string, tenant: string): boolean {
  try {
    const { aud } = decodeJwt(token);
    return typeof aud === "string" && aud !== tenant;
  } catch {
    return false;
  }
}

const invalid = (detail: string, cause?: unknown): Refusal =>
  new Refusal("identity_invalid", detail, { at: "token", cause });

/**
 * Records that a token has opened a session.
 *
 * @throws Refusal `identity_used` when the token was used before, even by the same browser; StoreError
 */
export async function useToken(
  db: Database,
  tenant: string,
  { jti: id, expiresAt, checkedAt }: CheckedToken,
): Promise<void> {
  const first = await db.write("useToken", (transaction) =>
    consume(transaction, { kind: "identity", tenant, id, expiresAt, checkedAt }),
  );
  if (first) return;
  throw new Refusal("identity_used", "a token opens one session: have the site make another", {
    at: "token",
  });
}

import type { KeyObject } from "node:crypto";
import { Reference } from "@uis-call/shared";
import { compactDecrypt, decodeProtectedHeader } from "jose";
import { z } from "zod";
import type { Precondition } from "../calls/ledger.js";
import type { Tenant } from "../config/configuration.js";
import { printableText } from "../config/printable-text.js";
import { isTimeZone } from "../config/opening-hours.js";
import { Refusal } from "../refusal.js";
import { consume, type OneTimeToken } from "../store/once.js";

const Contents = z.object({
  aud: z.string(),
  target: z.string(),
  phone: z.string().max(32),
  exp: z.int(),
  jti: printableText(128).optional(),
  calls: z.int().min(1).max(1_000_000).optional(),
  reference: Reference.optional(),
  timeZone: z.string().refine(isTimeZone).optional(),
});

/** Maximum number of seconds from now to the `exp` of a sealed number. */
const LONGEST_LIFE = 366 * 24 * 60 * 60;

/** Contents of an opened sealed number. */
export interface OpenedNumber {
  phone: string;
  /** What the calls to this number are about. */
  reference: string | undefined;
  /** IANA time zone of the phone. */
  timeZone: string | undefined;
  /**
   * Precondition that the sealed number has not expired and that not all of its calls are used. It is checked
   * only for a new request, not for a repeat.
   */
  check: Precondition;
}

/**
 * Opens a telephone number that the host's backend has sealed for this tenant and target. A sealed number is a
 * compact JWE (RFC 7516) with `dir` and `A256GCM`, encrypted with the tenant's key.
 *
 * @throws Refusal `sealed_number_invalid` or `sealed_number_other_tenant`; `check` refuses with
 *   `sealed_number_expired` or `sealed_number_used`
 */
export async function openSealedNumber(
  sealed: string,
  tenant: Tenant,
  target: string,
  now: Date,
): Promise<OpenedNumber> {
  if (tenant.sealing === undefined) throw invalid("the tenant has no sealing key");
  const { aud, exp, phone, jti, calls, reference, timeZone, ...rest } = await contentsOf(
    sealed,
    tenant.id,
    tenant.sealing.key,
  );
  if (aud !== tenant.id) throw anothers();
  if (rest.target !== target) throw invalid("it was sealed for another target");
  // Refuses times in milliseconds: they are tens of thousands of years ahead, and no text of such a time can be
  // compared with others.
  if (exp - now.getTime() / 1000 > LONGEST_LIFE)
    throw invalid("exp: seconds since 1970, at most 366 days ahead");
  if (calls !== undefined && jti === undefined) throw invalid("calls needs a jti to be counted by");
  return {
    phone,
    reference,
    timeZone,
    check: async (transaction) => {
      const expiresAt = new Date(Math.max(exp, 0) * 1000);
      if (expiresAt <= now) return { refusal: expired() };
      if (jti === undefined) return {};
      const token: OneTimeToken = {
        ...{ kind: "sealed_number", tenant: tenant.id, id: jti, most: calls },
        ...{ expiresAt, checkedAt: now },
      };
      return (await consume(transaction, token)) ? { consumed: [token] } : { refusal: usedUp() };
    },
  };
}

async function contentsOf(sealed: string, tenant: string, key: KeyObject): Promise<z.infer<typeof Contents>> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return Contents.parse(JSON.parse(Buffer.from(plaintext).toString("utf8")));
  } catch (error) {
    // Looks at the key id, because decryption also fails if the number was sealed with another tenant's key.
    if (isAnothers(sealed, tenant)) throw anothers();
    throw invalid("it was not sealed with this tenant's key, or does not hold what it should", error);
  }
}

function isAnothers(sealed: string, tenant: string): boolean {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return kid !== undefined && kid !== tenant;
  } catch {
    return false;
  }
}

const usedUp = (): Refusal =>
  new Refusal(
    "sealed_number_used",
    "the sealed number was used for as many calls as it allows: have the site make another",
    { at: "sealedNumber" },
  );

const expired = (): Refusal =>
  new Refusal("sealed_number_expired", "have the site seal the number again", { at: "sealedNumber" });

const anothers = (): Refusal =>
  new Refusal("sealed_number_other_tenant", "it was sealed for another tenant", { at: "sealedNumber" });

/** Creates a refusal. Keeps only the name of the cause, because its message may quote decrypted content. */
const invalid = (detail: string, cause?: unknown): Refusal =>
  new Refusal("sealed_number_invalid", detail, {
    at: "sealedNumber",
    cause: cause instanceof Error ? cause.name : undefined,
  });

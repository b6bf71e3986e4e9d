import type { KeyObject } from "node:crypto";
import { randomUUID } from "node:crypto";
import { CompactEncrypt, SignJWT } from "jose";

/** Contents of an identity token. */
export interface IdentityTokenClaims {
  /** Id of the tenant. */
  tenant: string;
  /** The host site's id of the user. It is stored with the call and is not shown to any visitor. */
  sub: string;
  name?: string;
  /** The user's own telephone number in E.164 form with `+`. */
  phone?: string;
  /** Ids of the targets that this user may use. Default: all targets. */
  targets?: string[];
  /** Values for the tenant's message templates. */
  variables?: Record<string, string>;
  /**
   * What the user's calls are about, such as the id of a deal: 1 to 128 printable characters. Overrides the
   * page's `reference`.
   */
  reference?: string;
  /** IANA time zone of the user's phone. */
  timeZone?: string;
  /** Seconds until the token expires, at most 300. Default: 120. */
  lifetime?: number;
}

/** A tenant's `identity.secret` as text, or the private half of its `identity.publicKey`. */
export type SigningKey = string | KeyObject;

/**
 * Makes an identity token (docs/tokens.md), which is a JWT that opens one session. The host site's backend
 * calls this function.
 *
 * @throws Error when the kind of key is not supported, or the lifetime is too long
 */
export async function createIdentityToken(
  claims: IdentityTokenClaims,
  key: SigningKey,
  now = new Date(),
): Promise<string> {
  const { tenant, sub, lifetime = 120, ...rest } = claims;
  if (lifetime > 300) throw new Error("lifetime: 300 seconds at most for an identity token");
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT(rest)
    .setProtectedHeader({ alg: algorithmOf(key) })
    .setAudience(tenant)
    .setSubject(sub)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(typeof key === "string" ? Buffer.from(key, "utf8") : key);
}

function algorithmOf(key: SigningKey): string {
  if (typeof key === "string") return "HS256";
  if (key.asymmetricKeyType === "ed25519") return "EdDSA";
  if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return "ES256";
  throw new Error("an identity token is signed with a text, a P-256 or an Ed25519 key");
}

/** Maximum lifetime of a sealed number in seconds. */
const LONGEST_SEALED = 366 * 24 * 60 * 60;

/** Contents of a sealed number. */
export interface SealedNumberContents {
  /** Id of the tenant. */
  tenant: string;
  /** Id of the only target for which the number may be used. */
  target: string;
  /** Telephone number in E.164 form with `+`. */
  phone: string;
  /** Seconds until the sealed number expires, at most 366 days. Default: 3600. */
  lifetime?: number;
  /** Number of calls that the sealed number allows. Default: any number of calls until it expires. */
  calls?: number;
  /**
   * What the calls to this number are about, such as the id of an ad: 1 to 128 printable characters. Overrides
   * the page's `reference`.
   */
  reference?: string;
  /** IANA time zone of the phone. */
  timeZone?: string;
}

/**
 * Seals a telephone number (docs/tokens.md): encrypts it as a JWE, so that a page can carry the number without
 * knowing it. The host site's backend calls this function.
 *
 * @param key the tenant's `sealing.key`, 32 bytes in base64url
 * @throws Error when the lifetime is too long
 */
export async function sealNumber(
  contents: SealedNumberContents,
  key: string,
  now = new Date(),
): Promise<string> {
  const { tenant, target, phone, lifetime = 3600, calls, reference, timeZone } = contents;
  if (lifetime > LONGEST_SEALED)
    throw new Error("lifetime: 366 days at most for a sealed number, in seconds");
  const exp = Math.floor(now.getTime() / 1000) + lifetime;
  const limit = calls === undefined ? {} : { jti: randomUUID(), calls };
  const inside = JSON.stringify({ aud: tenant, target, phone, exp, ...limit, reference, timeZone });
  return new CompactEncrypt(Buffer.from(inside, "utf8"))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: tenant })
    .encrypt(Buffer.from(key, "base64url"));
}

import type { KeyObject } from "node:crypto";
import { randomUUID } from "node:crypto";
import { CompactEncrypt, SignJWT } from "jose";

export interface IdentityTokenClaims {
  /** Id of the tenant. */
  tenant: string;
  /** Who the user is to the site; shown to nobody, kept with the call. */
  sub: string;
  name?: string;
  /** The user's own number, E.164 with `+`. */
  phone?: string;
  /** The only targets this user may use; all when absent. */
  targets?: string[];
  /** Values for the tenant's message templates. */
  variables?: Record<string, string>;
  /** What the user's calls are about: 1 to 128 printable characters; goes before the page's. */
  reference?: string;
  /** Seconds the token lives, at most 300; default 120. */
  lifetime?: number;
}

/** A tenant's `identity.secret` as text, or the private half of its `identity.publicKey`. */
export type SigningKey = string | KeyObject;

/**
 * Makes an identity token (docs/tokens.md): a JWT that opens one session. For the host site's backend.
 *
 * @throws Error when the key is of no kind that is used here, or the lifetime too long
 */
export async function createIdentityToken(
  claims: IdentityTokenClaims,
  key: SigningKey,
  now = new Date(),
): Promise<string> {
  const { tenant, sub, lifetime = 120, ...rest } = claims;
  if (lifetime > 300) throw new Error("lifetime: an identity token lives 300 seconds at most");
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

export interface SealedNumberContents {
  /** Id of the tenant. */
  tenant: string;
  /** The one target it may be used for. */
  target: string;
  /** E.164 with `+`. */
  phone: string;
  /** Seconds it may be used; default 3600. */
  lifetime?: number;
  /** How many calls it is good for; any number until then when absent. */
  calls?: number;
  /** What a call to it is about: 1 to 128 printable characters; goes before the page's. */
  reference?: string;
}

/**
 * Seals a number (docs/tokens.md) so that a page can carry it without knowing it: a JWE. For the host site's backend.
 *
 * @param key the tenant's `sealing.key`, 32 bytes in base64url
 */
export async function sealNumber(
  contents: SealedNumberContents,
  key: string,
  now = new Date(),
): Promise<string> {
  const { tenant, target, phone, lifetime = 3600, calls, reference } = contents;
  const exp = Math.floor(now.getTime() / 1000) + lifetime;
  const limit = calls === undefined ? {} : { jti: randomUUID(), calls };
  const inside = JSON.stringify({ aud: tenant, target, phone, exp, ...limit, reference });
  return new CompactEncrypt(Buffer.from(inside, "utf8"))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: tenant })
    .encrypt(Buffer.from(key, "base64url"));
}

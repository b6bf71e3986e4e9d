import { createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { hint } from "./hints.js";
import type { Secret } from "./secret.js";

/**
 * Key that verifies a tenant's identity tokens, and the only algorithm that it accepts. If a `KeyObject` is
 * printed, it shows nothing of the key.
 */
export interface IdentityKey {
  algorithm: "HS256" | "ES256" | "EdDSA";
  key: KeyObject;
}

/** Minimum number of bytes of an HS256 secret: as many as the hash has (RFC 7518 §3.2). */
const SECRET_BYTES = 32;

const ONE_KEY =
  "write secret: { env: NAME } or publicKey: { file: path }, one of the two; and required: true where only identified users may call";
const TOO_SHORT = "needs at least 32 characters; make one with: openssl rand -base64 32";
const NO_PUBLIC_KEY =
  "is not a public key in PEM, P-256 or Ed25519; make the pair with: openssl genpkey -algorithm ed25519";

/**
 * Schema of a tenant's `identity`: the key of its identity tokens, and whether only identified users may call.
 *
 * @param reference schema of a reference to a secret
 */
export const identitySchema = (reference: z.ZodType<Secret>) =>
  z
    .strictObject({
      secret: reference.optional(),
      /** Public key. It is not secret, so it may be written in the configuration file itself. */
      publicKey: z.union([z.string(), reference], hint(NO_PUBLIC_KEY)).optional(),
      required: z.boolean().default(false),
    })
    .transform(({ secret, publicKey, required }, context) => {
      const refuse = (message: string, ...path: string[]): never => {
        context.addIssue({ code: "custom", path, message });
        return z.NEVER;
      };
      if (secret !== undefined && publicKey !== undefined) return refuse(ONE_KEY);
      if (secret !== undefined) {
        const bytes = Buffer.from(secret.reveal(), "utf8");
        if (bytes.length < SECRET_BYTES) return refuse(TOO_SHORT, "secret");
        return { required, key: { algorithm: "HS256", key: createSecretKey(bytes) } satisfies IdentityKey };
      }
      if (publicKey === undefined) return refuse(ONE_KEY);
      const key = publicKeyOf(typeof publicKey === "string" ? publicKey : publicKey.reveal());
      return key === undefined ? refuse(NO_PUBLIC_KEY, "publicKey") : { required, key };
    });

function publicKeyOf(pem: string): IdentityKey | undefined {
  // Checks for a public key, because `createPublicKey` would also accept a private key, which does not belong
  // in this file.
  if (!pem.includes("PUBLIC KEY")) return undefined;
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return undefined;
  }
  if (key.asymmetricKeyType === "ed25519") return { algorithm: "EdDSA", key };
  return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? { algorithm: "ES256", key } : undefined;
}

/** Schema of a tenant's `sealing`: the key of its sealed numbers, 32 bytes in base64url. */
export const sealingSchema = (reference: z.ZodType<Secret>) =>
  z.strictObject({
    key: reference.transform((secret, context) => {
      const key = sealingKeyOf(secret.reveal());
      if (key !== undefined) return key;
      const message =
        "what it refers to is not 32 bytes in base64url; make one with: openssl rand -base64 32 | tr '+/' '-_' | tr -d =";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
  });

function sealingKeyOf(text: string): KeyObject | undefined {
  const bytes = /^[\w-]{43}=?$/.test(text) ? Buffer.from(text, "base64url") : undefined;
  return bytes?.length === 32 ? createSecretKey(bytes) : undefined;
}

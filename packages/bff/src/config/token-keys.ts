import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { remedy } from "./remedy.js";
import type { Secret } from "./secret.js";

/** What identity tokens of a tenant are checked with: one key, and the one kind of signature that goes with it. */
export interface IdentityKey {
  algorithm: "HS256" | "ES256" | "EdDSA";
  key: Uint8Array | KeyObject;
}

/** Bytes; RFC 7518 §3.2: as many as the hash has. */
const SECRET_BYTES = 32;

const oneKey = remedy(
  "write secret: { env: NAME } or publicKey: { file: path }, one of the two, and required: true where nobody else may call",
);

/**
 * `identity` of a tenant: how its site's tokens are signed, and whether calls are for users with one only.
 *
 * @param reference schema of a secret by reference
 */
export const identitySchema = (reference: z.ZodType<Secret>) =>
  z.union(
    [
      z
        .strictObject({ secret: reference, required: z.boolean().default(false) })
        .transform(({ secret, required }, context) => {
          const key = Buffer.from(secret.reveal(), "utf8");
          if (key.length >= SECRET_BYTES) return { required, key: { algorithm: "HS256" as const, key } };
          const message = "needs at least 32 characters; make one with: openssl rand -base64 32";
          context.addIssue({ code: "custom", path: ["secret"], message });
          return z.NEVER;
        }),
      z
        .strictObject({ publicKey: reference, required: z.boolean().default(false) })
        .transform(({ publicKey, required }, context) => {
          const key = publicKeyOf(publicKey.reveal());
          if (key !== undefined) return { required, key };
          const message =
            "is not a public key in PEM, P-256 or Ed25519; make the pair with: openssl genpkey -algorithm ed25519";
          context.addIssue({ code: "custom", path: ["publicKey"], message });
          return z.NEVER;
        }),
    ],
    oneKey,
  );

function publicKeyOf(pem: string): IdentityKey | undefined {
  // A private key would do for createPublicKey; it has no business here.
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

/** `sealing` of a tenant: the key its site seals numbers with, 32 bytes in base64url. */
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

/** The bytes of a sealing key, or none when it is not one. */
export function sealingKeyOf(text: string): Uint8Array | undefined {
  const bytes = /^[\w-]{43}=?$/.test(text) ? Buffer.from(text, "base64url") : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

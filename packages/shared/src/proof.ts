import { z } from "zod";

const hex = (bytes: number) =>
  z
    .string()
    .length(2 * bytes)
    .regex(/^[0-9a-f]+$/);

/**
 * Answer of `GET /proof`: a challenge in version 2 of the ALTCHA protocol. To solve it, a client derives a key from the
 * counters 0, 1, 2 … until a key begins with `keyPrefix`; only one counter has such a key. A key is derived with PBKDF2
 * (HMAC-SHA-256, `cost` rounds, `keyLength` bytes). The salt is `salt`. The password is `nonce` followed by the counter
 * as four bytes, most significant byte first.
 */
export const ProofChallenge = z.strictObject({
  parameters: z.strictObject({
    algorithm: z.literal("PBKDF2/SHA-256"),
    nonce: hex(16),
    salt: hex(16),
    cost: z.int().positive(),
    keyLength: z.literal(32),
    keyPrefix: hex(16),
    keySignature: hex(32),
    /** Seconds since 1970 (UTC). */
    expiresAt: z.int().positive(),
    /** The session that the challenge belongs to. */
    data: z.strictObject({ session: z.string().regex(/^[\w-]{43}$/) }),
  }),
  /** Signature of `parameters`, which a client therefore has to send back unchanged. */
  signature: hex(32),
});

/** The solution of a challenge. */
export const ProofSolution = z.strictObject({
  counter: z.int().min(0).max(0xff_ff_ff_ff),
  /** The complete key for `counter`, in lower-case hexadecimal. */
  derivedKey: hex(32),
  /** Milliseconds that the client needed. The BFF ignores it. */
  time: z.number().default(0),
});

/** The decoded member `proof` of `POST /calls`. The request carries it as JSON in base64. */
export const Proof = z.strictObject({ challenge: ProofChallenge, solution: ProofSolution });

export type ProofChallenge = z.infer<typeof ProofChallenge>;
export type ProofSolution = z.infer<typeof ProofSolution>;
export type Proof = z.infer<typeof Proof>;

import { z } from "zod";

const hex = (bytes: number) =>
  z
    .string()
    .length(2 * bytes)
    .regex(/^[0-9a-f]+$/);

/**
 * `GET /proof`: a challenge of ALTCHA's second protocol. Its solution is the only counter, found by trying from 0, whose
 * PBKDF2 key (HMAC-SHA-256, `cost` rounds, `keyLength` bytes) begins with `keyPrefix`. The password is `nonce` followed
 * by the counter as four bytes, most significant first; the salt is `salt`.
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
    /** Seconds since the epoch. */
    expiresAt: z.int().positive(),
    /** The session the challenge belongs to. */
    data: z.strictObject({ session: z.string().regex(/^[\w-]{43}$/) }),
  }),
  /** Signature of the parameters: send them back unchanged. */
  signature: hex(32),
});

/** The solution of a challenge. */
export const ProofSolution = z.strictObject({
  counter: z.int().min(0).max(0xff_ff_ff_ff),
  /** The whole key for the counter, in lower-case hexadecimal. */
  derivedKey: hex(32),
  /** Milliseconds it took; ignored. */
  time: z.number().default(0),
});

/** The content of `proof` in `POST /calls`, where it is JSON in base64. */
export const Proof = z.strictObject({ challenge: ProofChallenge, solution: ProofSolution });

export type ProofChallenge = z.infer<typeof ProofChallenge>;
export type ProofSolution = z.infer<typeof ProofSolution>;
export type Proof = z.infer<typeof Proof>;

import { z } from "zod";

const hex = (bytes: number) =>
  z
    .string()
    .length(2 * bytes)
    .regex(/^[0-9a-f]+$/);

/**
 * `GET /proof`: a challenge of ALTCHA's second protocol, to be solved by trying. The solution is the one counter, from
 * 0 upwards, for which PBKDF2 (HMAC-SHA-256, `cost` rounds, `keyLength` bytes) of `nonce` followed by the counter as
 * four bytes, most significant first, with `salt`, begins with `keyPrefix`.
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
    /** Whom the challenge is for. */
    data: z.strictObject({ session: z.string().regex(/^[\w-]{43}$/) }),
  }),
  /** Over the parameters: send them back as they came. */
  signature: hex(32),
});

/** What solves a challenge. */
export const ProofSolution = z.strictObject({
  counter: z.int().min(0).max(0xff_ff_ff_ff),
  /** The whole key for that counter, in lower-case hexadecimal. */
  derivedKey: hex(32),
  /** Milliseconds it took; not looked at. */
  time: z.number().default(0),
});

/** `proof` of `POST /calls` is this as JSON in base64. */
export const Proof = z.strictObject({ challenge: ProofChallenge, solution: ProofSolution });

export type ProofChallenge = z.infer<typeof ProofChallenge>;
export type ProofSolution = z.infer<typeof ProofSolution>;
export type Proof = z.infer<typeof Proof>;

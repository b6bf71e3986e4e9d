import { z } from "zod";

const hex = (bytes: number) =>
  z
    .string()
    .length(2 * bytes)
    .regex(/^[0-9a-f]+$/);

/**
 * Body of the response to `GET /proof`: a challenge in version 2 of the ALTCHA protocol. To solve it, a client derives
 * a key from the counter 0, then from 1, 2 and so on, until a key begins with `keyPrefix`. Only one counter has such a
 * key. A key is derived with PBKDF2 (HMAC-SHA-256, `cost` rounds, `keyLength` bytes). The salt is `salt`. The password
 * is `nonce` followed by the counter as four bytes, most significant byte first.
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
    /** Time after which the challenge is not accepted any more, in seconds since 1970 (UTC). */
    expiresAt: z.int().positive(),
    /** The session for which the challenge was created. Other sessions cannot use it. */
    data: z.strictObject({ session: z.string().regex(/^[\w-]{43}$/) }),
  }),
  /**
   * Signature of `parameters`. The client has to send the parameters back unchanged, because otherwise the signature is
   * wrong.
   */
  signature: hex(32),
});

/** The solution that a client has found for a challenge. */
export const ProofSolution = z.strictObject({
  counter: z.int().min(0).max(0xff_ff_ff_ff),
  /** The whole key that the client derived from `counter`, in lower-case hexadecimal. */
  derivedKey: hex(32),
  /** Milliseconds that the client needed for the solution. The BFF ignores this value. */
  time: z.number().default(0),
});

/**
 * The decoded value of the property `proof` in the body of `POST /calls`. In the request, it is JSON encoded as base64.
 */
export const Proof = z.strictObject({ challenge: ProofChallenge, solution: ProofSolution });

export type ProofChallenge = z.infer<typeof ProofChallenge>;
export type ProofSolution = z.infer<typeof ProofSolution>;
export type Proof = z.infer<typeof Proof>;

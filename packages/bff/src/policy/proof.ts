import { createHmac, randomInt } from "node:crypto";
import { createChallenge, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { Proof, ProofChallenge } from "@uis-call/shared";
import type { Clock } from "../clock.js";
import type { Secret } from "../config/secret.js";
import { deriveSecretKey } from "../config/text-cipher.js";
import { Refusal } from "../refusal.js";

/**
 * Number of PBKDF2 iterations in one try. They take a few milliseconds in a browser, and as long in the backend
 * when it creates a challenge.
 */
const COST = 5000;
const LIFE_MS = 5 * 60_000;
/**
 * Maximum number of challenges created at the same time. This many delay other users of Node's thread pool by a
 * tenth of a second.
 */
const MOST_AT_ONCE = 64;

/** A proof that has been found valid. It can be used once. */
export interface CheckedProof {
  nonce: string;
  expiresAt: Date;
  checkedAt: Date;
}

/** Session for which a challenge is created. */
export interface Client {
  tenant: string;
  principal: string;
}

/** Creates challenges of the second version of ALTCHA's protocol and checks their solutions. */
export interface ProofDesk {
  /**
   * Creates a challenge.
   *
   * @param most maximum number of tries that a solution may need; each number up to it is equally likely
   * @throws Refusal `overloaded` while too many challenges are being created
   */
  challenge(client: Client, most: number): Promise<ProofChallenge>;
  /**
   * Checks a solution. The check takes only a few hashes, whatever the client sends. It does not find out
   * whether the proof was used before.
   *
   * @throws Refusal `proof_invalid`
   */
  check(proof: string, client: Client): Promise<CheckedProof>;
}

/** Creates a proof desk. It signs with the newest of `secrets` and accepts a signature by any of them. */
export function createProofDesk(secrets: readonly Secret[], clock: Clock): ProofDesk {
  const [newest, ...older] = secrets.map(keysOf);
  if (newest === undefined) throw new Error("nothing can be signed without a secret");
  let inTheMaking = 0;
  return {
    async challenge(client, most) {
      if (inTheMaking >= MOST_AT_ONCE) throw new Refusal("overloaded", "try again in a few seconds");
      inTheMaking++;
      const made = await createChallenge({
        algorithm: "PBKDF2/SHA-256",
        cost: COST,
        counter: randomInt(most),
        deriveKey,
        expiresAt: new Date(clock.now().getTime() + LIFE_MS),
        data: { session: sessionTag(client, newest) },
        ...newest.signing,
      }).finally(() => inTheMaking--);
      return ProofChallenge.parse(made);
    },

    async check(text, client) {
      const { challenge, solution } = proofIn(text);
      for (const keys of [newest, ...older]) {
        const result = await verifySolution({ challenge, solution, deriveKey, ...keys.signing });
        if (result.invalidSignature === true) continue;
        const { parameters } = challenge;
        const expiresAt = new Date(parameters.expiresAt * 1000);
        const checkedAt = clock.now();
        if (result.expired || expiresAt <= checkedAt) throw invalid("it is too old");
        if (parameters.data.session !== sessionTag(client, keys)) throw invalid("it is of another session");
        if (!result.verified) throw invalid("it does not solve its challenge");
        return { nonce: parameters.nonce, expiresAt, checkedAt };
      }
      throw invalid("its challenge is none of ours");
    },
  };
}

interface Keys {
  signing: { hmacSignatureSecret: string; hmacKeySignatureSecret: string };
  session: string;
}

function keysOf(secret: Secret): Keys {
  const key = (purpose: string): string => deriveSecretKey(secret, purpose).export().toString("base64url");
  return {
    signing: {
      hmacSignatureSecret: key("signatures of proof challenges"),
      hmacKeySignatureSecret: key("signatures of solved proofs"),
    },
    session: key("sessions in proof challenges"),
  };
}

/**
 * Returns a tag that binds a challenge to a session. The tag does not reveal the principal, which owns the
 * calls of the session.
 */
const sessionTag = ({ tenant, principal }: Client, { session }: Keys): string =>
  createHmac("sha256", session)
    .update(JSON.stringify([tenant, principal]))
    .digest("base64url");

function proofIn(text: string): Proof {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    throw invalid("it is not JSON in base64");
  }
  const proof = Proof.safeParse(json);
  if (proof.success) return proof.data;
  throw invalid("it is not a challenge of GET /proof with its solution");
}

const invalid = (what: string): Refusal =>
  new Refusal("proof_invalid", `${what}: solve another challenge of GET /proof`, { at: "proof" });

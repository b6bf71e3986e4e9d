import type { Proof, ProofChallenge } from "@uis-call/shared";

/**
 * Solves a challenge of `GET /proof`, with functions that browsers have too.
 *
 * @returns the value of the property `proof` in the body of `POST /calls`
 */
export async function solveProof({ parameters, signature }: ProofChallenge): Promise<string> {
  const { cost, keyLength, keyPrefix } = parameters;
  const salt = bytesOf(parameters.salt);
  // The password is the nonce followed by the counter. The counter has four bytes.
  const password = new Uint8Array([...bytesOf(parameters.nonce), 0, 0, 0, 0]);
  const view = new DataView(password.buffer);
  for (let counter = 0; ; counter++) {
    view.setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(
      { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost },
      key,
      8 * keyLength,
    );
    const derivedKey = hexOf(new Uint8Array(bits));
    if (!derivedKey.startsWith(keyPrefix)) continue;
    const proof: Proof = { challenge: { parameters, signature }, solution: { counter, derivedKey, time: 0 } };
    return btoa(JSON.stringify(proof));
  }
}

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));

const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

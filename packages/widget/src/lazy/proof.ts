/** The properties of the response to `GET /proof` that this module uses. They are sent back with the solution. */
export interface ProofChallenge {
  parameters: {
    nonce: string;
    salt: string;
    cost: number;
    keyLength: number;
    keyPrefix: string;
  };
  signature: string;
}

/** Maximum number of counters that are tried. The backend's challenges need fewer attempts. */
const MOST_TRIES = 1 << 16;

/**
 * Solves the challenge: finds the counter whose derived key begins with the required prefix.
 *
 * No worker is needed, because the browser derives keys in its own threads. A worker would require a script of the
 * page's origin, and permission in the `worker-src` of the page's Content-Security-Policy.
 *
 * @returns the value of `proof` in the body of `POST /calls`
 * @throws Error if no counter solves the challenge
 */
export async function solveProof({ parameters, signature }: ProofChallenge): Promise<string> {
  const { nonce, cost, keyLength, keyPrefix } = parameters;
  const salt = bytesOf(parameters.salt);
  const derive = async (counter: number): Promise<string> => {
    const password = bytesOf(nonce + counter.toString(16).padStart(8, "0"));
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost };
    return hexOf(await crypto.subtle.deriveBits(way, key, 8 * keyLength));
  };
  let counter = -1;
  let solution: { counter: number; derivedKey: string } | undefined;
  const search = async (): Promise<void> => {
    while (solution === undefined && ++counter < MOST_TRIES) {
      const tried = counter;
      const derivedKey = await derive(tried);
      if (derivedKey.startsWith(keyPrefix)) solution = { counter: tried, derivedKey };
    }
  };
  const lanes = Math.min(4, navigator.hardwareConcurrency || 1);
  await Promise.all(Array.from({ length: lanes }, search));
  if (solution === undefined) throw new Error("the challenge has no solution");
  return btoa(JSON.stringify({ challenge: { parameters, signature }, solution }));
}

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

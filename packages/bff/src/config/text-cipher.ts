import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import type { Secret } from "./secret.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts texts for the database with AES-256-GCM. The result is the nonce, the tag and the encrypted text in
 * base64url.
 */
export interface TextCipher {
  encrypt(text: string): string;
  /** Returns undefined if none of the secrets fits or the encrypted text was changed. */
  decrypt(encrypted: string): string | undefined;
}

/**
 * Creates a cipher that encrypts with the newest of `secrets` and decrypts with any of them.
 *
 * @param purpose name from which, together with each secret, a separate key is derived (HKDF, RFC 5869)
 * @param about what the text belongs to (additional data); a text can be decrypted only with the same value
 */
export function createTextCipher(purpose: string, secrets: readonly Secret[], about = ""): TextCipher {
  const [newest, ...older] = secrets.map((secret) => deriveSecretKey(secret, purpose));
  if (newest === undefined) throw new Error("encryption needs a secret");

  const decryptWith = (key: KeyObject, encrypted: Buffer): string | undefined => {
    try {
      const decipher = createDecipheriv(CIPHER, key, encrypted.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher
        .setAAD(Buffer.from(about))
        .setAuthTag(encrypted.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(encrypted.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8");
      return text + decipher.final("utf8");
    } catch {
      return undefined;
    }
  };

  const nextNonce = nonces();
  return {
    encrypt(text) {
      const nonce = nextNonce();
      const cipher = createCipheriv(CIPHER, newest, nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
    },
    decrypt(encrypted) {
      const bytes = Buffer.from(encrypted, "base64url");
      for (const key of [newest, ...older]) {
        const text = decryptWith(key, bytes);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

/**
 * Derives a key of 256 bits for one purpose from a secret (HKDF, RFC 5869). It is a `KeyObject`, because Node 24 spends 10 µs
 * on each use of a key in a buffer.
 */
export const deriveSecretKey = (secret: Secret, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", secret.reveal(), "", purpose, 32)));

/**
 * Returns a function that returns random nonces. It takes them from a pool, because one system call for 256
 * nonces costs as much as one system call for a single nonce.
 */
function nonces(): () => Buffer {
  const bytes = Buffer.alloc(NONCE_BYTES * 256);
  let next = bytes.length;
  return () => {
    if (next === bytes.length) {
      randomFillSync(bytes);
      next = 0;
    }
    return Buffer.from(bytes.subarray(next, (next += NONCE_BYTES)));
  };
}

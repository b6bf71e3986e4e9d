import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from "node:crypto";
import type { Secret } from "./secret.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts texts for the database: AES-256-GCM; nonce, tag and text in base64url. */
export interface TextCipher {
  encrypt(text: string): string;
  /** Undefined when it was encrypted under a secret that is gone, or has been changed. */
  decrypt(encrypted: string): string | undefined;
}

/**
 * Encrypts under the newest of `secrets`, decrypts what any of them encrypted.
 *
 * @param purpose each purpose has keys of its own (HKDF, RFC 5869)
 * @param about what the text belongs to: it decrypts for nothing else
 */
export function createTextCipher(purpose: string, secrets: readonly Secret[], about = ""): TextCipher {
  const [newest, ...older] = secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret.reveal(), "", purpose, 32)),
  );
  if (newest === undefined) throw new Error("nothing can be encrypted without a secret");

  const decryptWith = (key: Buffer, encrypted: Buffer): string | undefined => {
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

/** Random ones, many at a time: the system takes as long for one as for all of them. */
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

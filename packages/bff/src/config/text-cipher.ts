import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from "node:crypto";
import type { Secret } from "./secret.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts texts for the database: AES-256-GCM; nonce, tag and text in base64url. */
export interface TextCipher {
  encrypt(text: string): string;
  /** Undefined when none of the secrets fits, or the text was changed. */
  decrypt(encrypted: string): string | undefined;
}

/**
 * Encrypts with the newest of `secrets`; decrypts with any of them.
 *
 * @param purpose each purpose derives keys of its own (HKDF, RFC 5869)
 * @param about what the text belongs to (additional data): it decrypts only with the same
 */
export function createTextCipher(purpose: string, secrets: readonly Secret[], about = ""): TextCipher {
  const [newest, ...older] = secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret.reveal(), "", purpose, 32)),
  );
  if (newest === undefined) throw new Error("encryption needs a secret");

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

/** Hands out random nonces from a pool: one system call for 256 costs as much as for one. */
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

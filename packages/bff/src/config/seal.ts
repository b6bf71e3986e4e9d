import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from "node:crypto";
import type { Secret } from "./secret.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts texts for the database: AES-256-GCM; nonce, tag and text in base64url. */
export interface Seal {
  close(text: string): string;
  /** Undefined when it was sealed under a secret that is gone, or has been changed. */
  open(sealed: string): string | undefined;
}

/**
 * Seals under the newest of `secrets`, opens what any of them sealed.
 *
 * @param purpose each purpose has keys of its own (HKDF, RFC 5869)
 * @param about what the text belongs to: it opens for nothing else
 */
export function createSeal(purpose: string, secrets: readonly Secret[], about = ""): Seal {
  const [newest, ...older] = secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret.reveal(), "", purpose, 32)),
  );
  if (newest === undefined) throw new Error("nothing can be sealed without a secret");

  const openWith = (key: Buffer, sealed: Buffer): string | undefined => {
    try {
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8");
      return text + decipher.final("utf8");
    } catch {
      return undefined;
    }
  };

  const nextNonce = nonces();
  return {
    close(text) {
      const nonce = nextNonce();
      const cipher = createCipheriv(CIPHER, newest, nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      for (const key of [newest, ...older]) {
        const text = openWith(key, bytes);
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

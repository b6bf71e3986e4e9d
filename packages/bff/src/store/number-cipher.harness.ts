import { randomBytes } from "node:crypto";
import { createTextCipher } from "../config/text-cipher.js";
import { Secret } from "../config/secret.js";
import { KEY_PURPOSE, numberCipherOf } from "./number-cipher.js";

const secrets = [new Secret(randomBytes(32).toString("hex"))];

/** One number cipher for all tests of a file, without a database. */
export const cipher = numberCipherOf(
  createTextCipher(KEY_PURPOSE, secrets).encrypt(randomBytes(32).toString("base64url")),
  secrets,
);

import { randomBytes } from "node:crypto";
import { createTextCipher } from "../config/text-cipher.js";
import { Secret } from "../config/secret.js";
import { KEY_PURPOSE, numberCipherOf } from "./number-cipher.js";

const secrets = [new Secret(randomBytes(32).toString("hex"))];

/** A number cipher without a database, which all tests of a file share. */
export const cipher = numberCipherOf(
  createTextCipher(KEY_PURPOSE, secrets).encrypt(randomBytes(32).toString("base64url")),
  secrets,
);

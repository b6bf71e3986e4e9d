import { randomBytes } from "node:crypto";
import { createSeal } from "../config/seal.js";
import { Secret } from "../config/secret.js";
import { KEY_PURPOSE, numberVaultOf } from "./number-vault.js";

const secrets = [new Secret(randomBytes(32).toString("hex"))];

/** One vault for every test of the file, without a database. */
export const vault = numberVaultOf(
  createSeal(KEY_PURPOSE, secrets).close(randomBytes(32).toString("base64url")),
  secrets,
);

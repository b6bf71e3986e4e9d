import { ConfigurationError } from "../config/configuration-file.js";
import type { Configuration, Tenant } from "../config/configuration.js";
import { createIdentityToken, sealNumber } from "../tokens.js";

export interface TokenWish {
  /** `identity` or `sealed`. */
  kind: string | undefined;
  tenant: string | undefined;
  sub: string | undefined;
  target: string | undefined;
  /**
   * Reads the telephone number. This function is called only after all other arguments have been checked.
   * Resolves with undefined if no number is given, because an identity token needs none.
   */
  phone: () => Promise<string | undefined>;
}

/**
 * Makes a token with the keys in the configuration, for trying out a page.
 *
 * @throws ConfigurationError that names what is missing
 */
export async function makeToken(wish: TokenWish, configuration: Configuration): Promise<string> {
  const tenant = configuration.tenants.find(({ id }) => id === wish.tenant);
  if (tenant === undefined) {
    const ids = configuration.tenants.map(({ id }) => id).join(", ");
    throw new ConfigurationError([`--tenant: name one of ${ids}`]);
  }
  if (wish.kind === "identity") return identityToken(wish, tenant);
  if (wish.kind === "sealed") return sealedNumber(wish, tenant);
  throw new ConfigurationError(["say what to make: uis-call-bff token identity, or token sealed"]);
}

async function identityToken({ sub, phone }: TokenWish, tenant: Tenant): Promise<string> {
  const key = tenant.identity?.key;
  if (sub === undefined) throw new ConfigurationError(["--sub: say who the user is"]);
  if (key?.algorithm !== "HS256") {
    throw new ConfigurationError([
      `${tenant.id} has no identity.secret: only the owner of the private key can make its tokens`,
    ]);
  }
  const secret = key.key.export().toString("utf8");
  const number = await phone();
  return createIdentityToken(
    { tenant: tenant.id, sub, ...(number !== undefined && { phone: number }) },
    secret,
  );
}

async function sealedNumber({ target, phone }: TokenWish, tenant: Tenant): Promise<string> {
  if (tenant.sealing === undefined) throw new ConfigurationError([`${tenant.id} has no sealing.key`]);
  if (target === undefined || !Object.hasOwn(tenant.targets, target)) {
    throw new ConfigurationError([`--target: name one of ${Object.keys(tenant.targets).join(", ")}`]);
  }
  const number = await phone();
  if (number === undefined) throw new ConfigurationError(["write the number to standard input"]);
  const key = tenant.sealing.key.export().toString("base64url");
  return sealNumber({ tenant: tenant.id, target, phone: number }, key);
}

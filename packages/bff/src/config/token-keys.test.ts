import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigurationError, parseConfiguration } from "./configuration-file.js";

const SECRET = "scanned-identity-secret-of-36-letters";
const KEY = Buffer.from("scanned-sealing-key-of-32-bytes!").toString("base64url");
const ed25519 = generateKeyPairSync("ed25519");
const pem = (key = ed25519.publicKey) => key.export({ type: "spki", format: "pem" }).toString();
const privatePem = ed25519.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const VALUES: Record<string, string> = {
  PASSWORD: "swordfish",
  SECRET,
  KEY,
  SHORT: "31-characters-are-one-too-few-!",
  SHORT_KEY: KEY.slice(0, -1),
  PADDED_BASE64: Buffer.alloc(32, 255).toString("base64"),
  PEM: pem(),
  PRIVATE_PEM: privatePem,
  P384: pem(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey),
  P256: pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey),
};

const parse = (tenant: string, target = 'office: "+79000000101"') => {
  const text = `
tenants:
  - id: acme
    name: Acme
    origins: [https://acme.example]
    serviceNumber: "+74990000000"
    uis: { url: https://callapi.example/v1, login: acme, password: { env: PASSWORD } }
    ${tenant}
    targets:
      one:
        title: One
        ${target}
`;
  const secrets = { variable: (name: string) => VALUES[name], file: () => undefined };
  return parseConfiguration(text, secrets, "acme.yaml").tenants[0];
};

function problemsOf(...configuration: Parameters<typeof parse>): readonly string[] {
  try {
    parse(...configuration);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const ONE_KEY =
  "write secret: { env: NAME } or publicKey: { file: path }, one of the two; and required: true where only identified users may call";
const NO_PUBLIC_KEY =
  "is not a public key in PEM, P-256 or Ed25519; make the pair with: openssl genpkey -algorithm ed25519";
const NO_SEALING_KEY =
  "what it refers to is not 32 bytes in base64url; make one with: openssl rand -base64 32 | tr '+/' '-_' | tr -d =";

describe("identity and sealing of a tenant", () => {
  it.each([
    ["identity: { secret: { env: SECRET } }", "HS256"],
    ["identity: { publicKey: { env: PEM } }", "EdDSA"],
    ["identity: { publicKey: { env: P256 } }", "ES256"],
    [`identity: { publicKey: ${JSON.stringify(pem())} }`, "EdDSA"],
  ])("%j is checked by %s", (text, algorithm) => {
    expect(parse(text)?.identity).toMatchObject({ required: false, key: { algorithm } });
  });

  it.each([
    ["identity: { secret: { env: SECRET }, publicKey: { env: PEM } }", `identity: ${ONE_KEY}`],
    ["identity: { required: true }", `identity: ${ONE_KEY}`],
    [
      "identity: { secret: { env: SHORT } }",
      "identity.secret: needs at least 32 characters; make one with: openssl rand -base64 32",
    ],
    [
      `identity: { secret: ${SECRET} }`,
      "identity.secret: write a reference, { env: NAME } or { file: path }, never the secret itself",
    ],
    ["identity: { publicKey: { env: PRIVATE_PEM } }", `identity.publicKey: ${NO_PUBLIC_KEY}`],
    ["identity: { publicKey: { env: P384 } }", `identity.publicKey: ${NO_PUBLIC_KEY}`],
    ["identity: { publicKey: acme.pem }", `identity.publicKey: ${NO_PUBLIC_KEY}`],
    ["identity: { publicKey: {} }", "identity.publicKey.env: required: write a text"],
    ["sealing: { key: { env: SHORT_KEY } }", `sealing.key: ${NO_SEALING_KEY}`],
    ["sealing: { key: { env: PADDED_BASE64 } }", `sealing.key: ${NO_SEALING_KEY}`],
  ])("%s: says what to write", (text, problem) => {
    expect(problemsOf(text)).toEqual([`acme.yaml:8: tenants[0].${problem}`]);
  });

  it("are not shown by printing the configuration", () => {
    const tenant = parse("identity: { secret: { env: SECRET } }\n    sealing: { key: { env: KEY } }");
    const printed = inspect(tenant, { depth: 9, showHidden: true }) + JSON.stringify(tenant);
    for (const secret of [SECRET, KEY.slice(0, 20), "scanned"]) expect(printed).not.toContain(secret);
    // The key must not appear as bytes either.
    for (const bytes of ["70 6c 61 6e 74", "112,108,97,110,116"]) expect(printed).not.toContain(bytes);
  });
});

describe("where a target's numbers come from", () => {
  const IDENTITY = "identity: { secret: { env: SECRET } }";
  const SEALING = "sealing: { key: { env: KEY } }";

  it.each([
    [
      "",
      "office: identity",
      "office: needs a key to check it with: add identity: { secret: { env: NAME } } to the tenant",
    ],
    [
      "",
      "office: sealed",
      "office: needs a key to check it with: add sealing: { key: { env: NAME } } to the tenant",
    ],
    [
      SEALING,
      "office: identity",
      "office: needs a key to check it with: add identity: { secret: { env: NAME } } to the tenant",
    ],
    [
      SEALING,
      "{ office: sealed, visitor: sealed }",
      "visitor: is the same number as office: take sealed for one of the two",
    ],
    [
      IDENTITY,
      "{ office: identity, visitor: identity }",
      "visitor: is the same number as office: take identity for one of the two",
    ],
    ["", "office: asked", /^office: write it in full/],
    ["", '{ office: "+79000000101", visitor: fixed }', "visitor: write asked, identity or sealed"],
  ])("%s with %s: says what to write", (tenant, target, problem) => {
    const lines = target.replace(/^\{ (.*), (.*) \}$/, "$1\n        $2");
    const [one, ...others] = problemsOf(tenant, lines).map((text) =>
      text.replace(/^acme.yaml:\d+: tenants\[0\]\.targets\.one\./, ""),
    );
    expect(others).toEqual([]);
    if (typeof problem === "string") expect(one).toBe(problem);
    else expect(one).toMatch(problem);
  });

  it("may be any two that are not the same, with their keys", () => {
    for (const office of ["identity", "sealed", '"+79000000101"']) {
      for (const visitor of ["asked", "identity", "sealed"]) {
        if (office === visitor) continue;
        const tenant = parse(`${IDENTITY}\n    ${SEALING}`, `office: ${office}\n        visitor: ${visitor}`);
        expect(tenant?.targets["one"]?.visitor).toBe(visitor);
      }
    }
  });
});

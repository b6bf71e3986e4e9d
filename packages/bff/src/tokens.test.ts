import { execFile, execFileSync } from "node:child_process";
import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { run } from "@uis-call/testing/example";
import { describe, expect, it } from "vitest";
import { checkIdentityToken } from "./session/identity.js";
import type { Tenant } from "./config/configuration.js";
import { openSealedNumber } from "./policy/sealed-number.js";
import { createIdentityToken, sealNumber } from "./tokens.js";

const SECRET = "scanned-identity-secret-of-32-chars";
const KEY = Buffer.alloc(32, 7).toString("base64url");
const PHONE = "+79000000303";
const ENV = { ACME_IDENTITY_SECRET: SECRET, ACME_SEALING_KEY: KEY };
const NOW = new Date("2026-11-23T09:00:00Z");

const page = readFileSync(fileURLToPath(new URL("../../../docs/tokens.md", import.meta.url)), "utf8");
const example = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n([^]*?)\`\`\``, "m").exec(page)?.[1] ?? "";

const tenantWith = (identity: object): Tenant =>
  ({ id: "acme", identity, sealing: { key: createSecretKey(KEY, "base64url") } }) as unknown as Tenant;
const hs256 = tenantWith({ key: { algorithm: "HS256", key: createSecretKey(SECRET, "utf8") } });

describe("uis-call-bff token", () => {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
  const config = join(folder, "calls.yaml");
  writeFileSync(
    config,
    `tenants:
  - id: acme
    name: Acme
    origins: [https://acme.example]
    serviceNumber: "+74990000000"
    uis: { url: "https://callapi.example/v1", login: acme, password: { env: ACME_IDENTITY_SECRET } }
    identity: { secret: { env: ACME_IDENTITY_SECRET } }
    sealing: { key: { env: ACME_SEALING_KEY } }
    targets: { supplier: { title: Supplier, office: sealed, visitor: asked } }
`,
  );
  const commands = [...page.matchAll(/^uis-call-bff (token .+)$/gm)].map(([, command = ""]) => command);
  const token = async (args: string[], phone = PHONE) => {
    const { out, error } = await run(args, ENV, `${phone}\n`);
    return { out: out.trim(), error };
  };

  it("makes both tokens by the page's commands", async () => {
    expect(commands).toHaveLength(2);
    const [identity, sealed] = await Promise.all(
      commands.map((command) => token(command.replace("calls.yaml", config).split(" "))),
    );
    expect((await checkIdentityToken(identity?.out ?? "", hs256, new Date())).identity).toEqual({
      id: "somebody",
      phone: PHONE,
    });
    expect((await openSealedNumber(sealed?.out ?? "", hs256, "supplier", new Date())).phone).toBe(PHONE);
  });

  it("says what is missing", async () => {
    const base = ["--config", config];
    expect((await token(["token", "sealed", ...base])).error).toContain("--tenant: name one of acme");
    expect((await token(["token", "x", ...base, "--tenant", "acme"])).error).toContain("say what to make");
    const sealed = ["token", "sealed", ...base, "--tenant", "acme"];
    expect((await token(sealed)).error).toContain("--target: name one of supplier");
    expect((await token([...sealed, "--target", "supplier"], "")).error).toContain("to standard input");
    expect((await token(["token", "identity", ...base, "--tenant", "acme"])).error).toContain("--sub");
  });

  it.each(["8 900 000-03-03", "somebody"])(
    "makes none for %s, which no backend would take",
    async (phone) => {
      const sealed = ["token", "sealed", "--config", config, "--tenant", "acme", "--target", "supplier"];
      expect(await token(sealed, phone)).toEqual({
        out: "",
        error: "write the number to standard input, with + and country code\n",
      });
    },
  );

  it("makes an identity token without a number where the line is empty", async () => {
    const { out } = await token(
      "token identity --tenant acme --sub u-1 --config".split(" ").concat(config),
      "",
    );
    expect((await checkIdentityToken(out, hs256, new Date())).identity).toEqual({ id: "u-1" });
  });
});

/** A Python interpreter that has jwcrypto. If there is none, only the Node example runs. */
const python = ["python3", "/usr/bin/python3"].find((name) => {
  try {
    execFileSync(name, ["-c", "import jwcrypto"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

describe("docs/tokens.md", () => {
  /** Number of seconds for which the process has been running since it loaded the example. */
  const LATER = 3600;
  const expectUsable = async ([identity = "", sealed = ""]: string[]): Promise<void> => {
    const now = new Date(Date.now() + LATER * 1000);
    const token = await checkIdentityToken(identity, hs256, now);
    expect(token.identity).toMatchObject({ id: "u-1", phone: PHONE });
    expect((await openSealedNumber(sealed, hs256, "supplier", now)).phone).toBe(PHONE);
  };

  it("has a Node example that makes both tokens", async () => {
    const code = `${example("js")}
      const clock = Date.now;
      Date.now = () => clock() + ${String(LATER * 1000)};
      console.log(await identityToken({ id: "u-1", name: "U", phone: "${PHONE}" }));
      console.log(await sealedNumber("${PHONE}"));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: ENV,
    });
    await expectUsable(stdout.trim().split("\n"));
  });

  it.skipIf(python === undefined)("has a Python example that makes both tokens", async () => {
    const code = `${example("python")}
clock = time.time
time.time = lambda: clock() + ${String(LATER)}
print(identity_token("u-1", "${PHONE}"))
print(sealed_number("${PHONE}"))`;
    const { stdout } = await promisify(execFile)(python ?? "", ["-c", code], { env: ENV });
    await expectUsable(stdout.trim().split("\n"));
  });
});

const check = (token: string, tenant = hs256, now = NOW) => checkIdentityToken(token, tenant, now);
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const claims = { tenant: "acme", sub: "u-1" };

describe("an identity token", () => {
  it.each([
    ["ES256", () => generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["EdDSA", () => generateKeyPairSync("ed25519")],
  ])("is taken with the tenant's public key, %s", async (algorithm, generate) => {
    const { privateKey, publicKey } = generate();
    const tenant = tenantWith({ key: { algorithm, key: publicKey } });
    const token = await createIdentityToken({ ...claims, name: "U", targets: ["sales"] }, privateKey, NOW);
    expect(await check(token, tenant)).toMatchObject({
      identity: { id: "u-1", name: "U", targets: ["sales"] },
    });
    await expect(check(await createIdentityToken(claims, SECRET, NOW), tenant)).rejects.toMatchObject({
      code: "identity_invalid",
    });
  });

  it("is not taken when the public key was used as a secret, or no signature was", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const tenant = tenantWith({ key: { algorithm: "EdDSA", key: publicKey } });
    const confused = await createIdentityToken(claims, pem, NOW);
    await expect(check(confused, tenant)).rejects.toMatchObject({ code: "identity_invalid" });
    const [, payload] = (await createIdentityToken(claims, SECRET, NOW)).split(".");
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload ?? ""}.`;
    await expect(check(none)).rejects.toMatchObject({ code: "identity_invalid" });
  });

  it("holds from its making to its end, and a minute either way for the clocks", async () => {
    const token = await createIdentityToken({ ...claims, lifetime: 300 }, SECRET, NOW);
    for (const seconds of [-59, 0, 299, 359]) expect(await check(token, hs256, at(seconds))).toBeDefined();
    await expect(check(token, hs256, at(361))).rejects.toMatchObject({ code: "identity_expired" });
    await expect(check(token, hs256, at(-61))).rejects.toMatchObject({ code: "identity_invalid" });
  });

  it("lives five minutes at most", async () => {
    await expect(createIdentityToken({ ...claims, lifetime: 301 }, SECRET, NOW)).rejects.toThrow("300");
    const { SignJWT } = await import("jose");
    const long = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("acme")
      .setSubject("u-1")
      .setJti("j")
      .setIssuedAt(NOW)
      .setExpirationTime(at(301))
      .sign(Buffer.from(SECRET));
    await expect(check(long)).rejects.toMatchObject({ code: "identity_invalid", at: "token" });
  });

  it("that is for another tenant, or has been changed, is told apart", async () => {
    const others = await createIdentityToken({ ...claims, tenant: "careful" }, "x".repeat(32), NOW);
    await expect(check(others)).rejects.toMatchObject({ code: "identity_other_tenant" });
    const token = await createIdentityToken(claims, SECRET, NOW);
    const changed = token.replace(/\.(.+)\./, (_all, payload: string) => {
      const inside = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
      return `.${Buffer.from(JSON.stringify({ ...inside, sub: "u-2" })).toString("base64url")}.`;
    });
    await expect(check(changed)).rejects.toMatchObject({ code: "identity_invalid" });
  });
});

describe("a sealed number", () => {
  const contents = { tenant: "acme", target: "supplier", phone: PHONE };
  const open = (sealed: string, target = "supplier", now = NOW) =>
    openSealedNumber(sealed, hs256, target, now);

  it("opens for its tenant and target", async () => {
    expect((await open(await sealNumber(contents, KEY, NOW))).phone).toBe(PHONE);
  });

  it("does not open for another target or tenant, or changed", async () => {
    const sealed = await sealNumber(contents, KEY, NOW);
    await expect(open(sealed, "sales")).rejects.toMatchObject({ code: "sealed_number_invalid" });
    const others = await sealNumber({ ...contents, tenant: "careful" }, KEY, NOW);
    await expect(open(others)).rejects.toMatchObject({ code: "sealed_number_other_tenant" });
    const otherKey = await sealNumber(
      { ...contents, tenant: "careful" },
      Buffer.alloc(32, 9).toString("base64url"),
      NOW,
    );
    await expect(open(otherKey)).rejects.toMatchObject({ code: "sealed_number_other_tenant" });
    const changed = sealed.slice(0, -3) + (sealed.endsWith("AAA") ? "BBB" : "AAA");
    await expect(open(changed)).rejects.toMatchObject({ code: "sealed_number_invalid" });
  });
});

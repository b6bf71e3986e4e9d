import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readAll } from "./commands/check.js";
import { ConfigurationError, readConfiguration } from "./config/configuration-file.js";
import { checkSettings, readSettings } from "./config/settings.js";
import { startServer } from "./server.js";

/** Values of one setting or one place of the configuration, most often a good one. */
const one = (good: string[], bad: string[]) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 20 },
    { arbitrary: fc.constantFrom(...bad), weight: 1 },
  );

const environments = fc.record({
  PORT: one(["0"], ["x", "70000", "-1", "1.5"]),
  HOST: one(["127.0.0.1", "localhost", ""], ["http://localhost", "not a host"]),
  PUBLIC_URL: one(
    ["https://calls.example", "http://localhost:3000", "https://Звонки.рф", "https://calls.example/base", ""],
    ["http://calls.example", "calls.example", "https://calls.example/?x", "ftp://a", "https://u:p@a.example"],
  ),
  SESSION_SECRET: one(
    ["s".repeat(32), `${"s".repeat(40)},${"t".repeat(32)}`],
    ["short", `${"s".repeat(32)},`],
  ),
  DATABASE_URL: one(["sqlite::memory:"], ["sqlite://calls.db", "mysql://x", "postgres://u:p#a@h/d"]),
  TRUST_PROXY: one(
    ["1", "3", "loopback", "10.0.0.0/8, 192.0.2.1", "fc00::/7", "2001:db8::1, uniquelocal"],
    [
      "nginx",
      "TRUE",
      "0.0.0.0/0",
      "::/0",
      "1,2",
      "0",
      "10.0.0.0/40",
      "loopback,",
      "999",
      "::ffff:0:0/96",
      "",
    ],
  ),
  METRICS_PORT: one(["0", ""], ["x"]),
  METRICS_HOST: one(["127.0.0.1", ""], ["a b"]),
  WEBHOOK_PRIVATE_HOSTS: one(["", "hooks", "10.0.0.1,hooks.internal"], ["http://hooks", "hooks:8080"]),
  LOG_LEVEL: one(["silent"], ["loud"]),
  NODE_TLS_REJECT_UNAUTHORIZED: one(["1", ""], ["0"]),
  HTTPS_PROXY: one(
    ["", "http://proxy.example:3128"],
    ["proxy.example:3128", "socks5://proxy.example", "https://p.example"],
  ),
  NO_PROXY: one(["", "localhost,.internal", "*"], [","]),
  WEBHOOK_PROXY: one(
    ["", "http://user:p%40ss@proxy.example:3128", "http://proxy.example/"],
    ["http://proxy.example/path", "x"],
  ),
});

const configurations = fc.record({
  origin: one(
    ["https://acme.example", "https://Акме.рф", "HTTPS://ACME.example:443", "http://localhost:8080"],
    ["https://*.acme.example", "capacitor://localhost", "chrome-extension://abc", "acme.example", "null"],
  ),
  number: one(['"+74990000000"', '"+97150000000"'], ["74990000000", '"8 499"']),
  url: one(
    ["https://callapi.example/v1", "http://127.0.0.1:9/v1"],
    ["http://callapi.example/v1", "https://callapi.example"],
  ),
  password: one(["{ env: PASSWORD }"], ["{ env: MISSING }", "secret"]),
  notify: one(
    ["", "notify: { url: https://acme.example/hook, secret: { env: WEBHOOK } }"],
    [
      "notify: { url: http://acme.example/hook, secret: { env: WEBHOOK } }",
      "notify: { url: https://127.0.0.1/hook, secret: { env: WEBHOOK } }",
      "notify: { url: x }",
    ],
  ),
  target: one(
    [
      "",
      "visitorMessage: { text: Hello }",
      'officeMessage: { text: "{a}" }, variables: [a]',
      "hours: always",
    ],
    ['officeMessage: { text: "{a}" }', "firstCall: nobody", "office: sealed", "hours: never"],
  ),
  more: one(
    [
      "",
      "retention: { days: 7 }",
      "quietHours: none",
      "limits: none",
      "optOut: always",
      "timeZone: Asia/Omsk",
    ],
    ["retention: { days: 0 }", "colour: red", "optOut: never", "timeZone: Mars", "timeZone: +03:00"],
  ),
});

const yamlOf = (
  parts: typeof configurations extends fc.Arbitrary<infer Parts> ? Parts : never,
): string => `tenants:
  - id: acme
    name: Acme
    origins: ["${parts.origin}"]
    serviceNumber: ${parts.number}
    uis: { url: "${parts.url}", login: acme, password: ${parts.password} }
    ${parts.notify}
    ${parts.more}
    targets: { sales: { title: Sales, office: "+74990000001"${parts.target === "" ? "" : `, ${parts.target}`} } }
`;

const SECRETS = { PASSWORD: "p", WEBHOOK: `whsec_${Buffer.alloc(24, 1).toString("base64")}` };

/** Resolves to the problem that prevents the start, or to undefined. */
async function start(file: string, environment: Record<string, string>): Promise<string | undefined> {
  try {
    const server = await startServer(readSettings(environment), readConfiguration(file, environment));
    await server.stop();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function check(file: string, environment: Record<string, string>): string[] {
  try {
    readAll(file, environment, checkSettings);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [...error.problems];
    throw error;
  }
}

it("of 200 generated configurations and environments, what check passes starts, and what does not start check names", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.yaml");
  let [started, refused] = [0, 0];
  const property = fc.asyncProperty(environments, configurations, async (environment, parts) => {
    writeFileSync(file, yamlOf(parts));
    const all = { ...SECRETS, ...environment };
    const named = check(file, all);
    if (named.length === 0) {
      started++;
      expect(await start(file, all)).toBeUndefined();
      return;
    }
    refused++;
    // Each problem names the place, and says what to do.
    for (const line of named) expect(line).toMatch(/^(?:.*calls\.yaml:\d+: |[A-Z_]+: |tenant acme, notify)/);
  });
  await fc.assert(property, { numRuns: 200, seed: 19 });
  expect(Math.min(started, refused)).toBeGreaterThan(50);
}, 120_000);

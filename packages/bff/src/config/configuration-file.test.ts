import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigurationError, parseConfiguration, readConfiguration } from "./configuration-file.js";

const VALID = `
tenants:
  - id: acme
    name: Acme
    origins: [https://acme.example]
    serviceNumber: "+74990000000"
    uis: { url: https://callapi.example/v1, login: acme, password: { env: ACME_PASSWORD } }
    targets:
      sales:
        title: Sales
        office: "+79000000101"
`;

const secrets = {
  variable: (name: string) => (name === "ACME_PASSWORD" ? "swordfish" : undefined),
  file: () => undefined,
};

const problemsOf = (text: string): readonly string[] => {
  try {
    parseConfiguration(text, secrets, "acme.yaml");
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe("configuration file", () => {
  it("fills in the vendor's defaults and the country of the service number", () => {
    const [tenant] = parseConfiguration(VALID, secrets, "acme.yaml").tenants;
    expect(tenant).toMatchObject({ country: "RU", numbers: { allow: ["+7"], deny: [] } });
    expect(tenant?.targets["sales"]).toMatchObject({
      firstCall: "office",
      switchAtOnce: true,
      officeSeesServiceNumber: true,
    });
  });

  it("keeps resolved secrets out of anything printed", () => {
    const configuration = parseConfiguration(VALID, secrets, "acme.yaml");
    expect(configuration.tenants[0]?.uis.password.reveal()).toBe("swordfish");
    expect(
      inspect(configuration, { depth: 9 }) +
        JSON.stringify(configuration) +
        String(configuration.tenants[0]?.uis.password),
    ).not.toContain("swordfish");
  });

  it.each([
    [
      "an unknown setting",
      ["name: Acme", "name: Acme\n    hour: 9"],
      "acme.yaml:5: tenants[0].hour: unknown setting; take it out or correct its name",
    ],
    [
      "plain http to UIS",
      ["https://callapi", "http://callapi"],
      "acme.yaml:7: tenants[0].uis.url: use https://: the password and the session key travel in the request",
    ],
    [
      "an address without a version",
      ["example/v1", "example/"],
      "acme.yaml:7: tenants[0].uis.url: the version is part of the path: end it with /v1",
    ],
    [
      "a literal secret",
      ["{ env: ACME_PASSWORD }", "swordfish"],
      "acme.yaml:7: tenants[0].uis.password: write a reference, { env: NAME } or { file: path }, never the secret itself",
    ],
    [
      "a secret that is not set",
      ["ACME_PASSWORD", "OTHER"],
      "acme.yaml:7: tenants[0].uis.password: environment variable OTHER is not set or empty",
    ],
    [
      "an origin with a path",
      ["[https://acme.example]", "[https://acme.example/]"],
      "acme.yaml:5: tenants[0].origins[0]: write scheme, host and port only, without a path or a slash at the end, e.g. https://acme.example",
    ],
    [
      "a national number",
      ['"+79000000101"', '"89000000101"'],
      'acme.yaml:11: tenants[0].targets.sales.office: write it in full, with + and in quotes, e.g. "+74990000000"',
    ],
    [
      "a variable nobody allowed",
      ["title: Sales", "title: Sales\n        officeMessage: { text: 'about {product}' }"],
      "acme.yaml:11: tenants[0].targets.sales.officeMessage: uses {product}: add product to the target's variables, or take it out",
    ],
    ["no targets", [/targets:[^]*/, "targets: {}"], "acme.yaml:8: tenants[0].targets: name at least one"],
    [
      "broken YAML",
      ["name: Acme", "name: [Acme"],
      "acme.yaml:5: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ] as const)("names line, path and remedy of %s", (_what, [from, to], problem) => {
    expect(problemsOf(VALID.replace(from, to))[0]).toBe(problem);
  });

  it("lists every problem at once, and never the secret", () => {
    const problems = problemsOf(
      VALID.replace("name: Acme", "name: 7").replace("{ env: ACME_PASSWORD }", "swordfish"),
    );
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain("swordfish");
  });

  it("wants increments for a fan-out without a queue", () => {
    const groups = `[{ phones: [{ number: "+79000000101" }], linesLimit: 2 }]`;
    expect(problemsOf(VALID.replace('"+79000000101"', groups))).toHaveLength(2);
    expect(problemsOf(VALID.replace('"+79000000101"', `${groups}\n        queue: { timeout: 60 }`))).toEqual(
      [],
    );
  });

  it("refuses two tenants of one id", () => {
    const twice = VALID + VALID.slice(VALID.indexOf("  - id"));
    expect(problemsOf(twice)[0]).toBe("acme.yaml:12: tenants[1].id: acme is taken");
  });

  it("reads secrets from files beside it", () => {
    const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
    writeFileSync(join(folder, "password"), "trout\n");
    writeFileSync(join(folder, "acme.yaml"), VALID.replace("env: ACME_PASSWORD", "file: password"));
    expect(readConfiguration(join(folder, "acme.yaml"), {}).tenants[0]?.uis.password.reveal()).toBe("trout");
  });

  it("says which file is missing", () => {
    expect(() => readConfiguration("/nowhere/acme.yaml", {})).toThrow(
      "/nowhere/acme.yaml: cannot be read (ENOENT): name an existing file with --config",
    );
  });
});

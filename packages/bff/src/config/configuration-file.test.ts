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
      "acme.yaml:5: tenants[0].hour: unknown setting; did you mean hours?",
    ],
    [
      "strangers who are never told about",
      ["name: Acme", "name: Acme\n    optOut: never"],
      "acme.yaml:5: tenants[0].optOut: never is only possible where every user is identified: add identity: { required: true }",
    ],
    [
      "a target that strangers use and are never told about",
      ["title: Sales", "title: Sales\n        optOut: never"],
      "acme.yaml:11: tenants[0].targets.sales.optOut: never is only possible where every user is identified: add identity: { required: true }",
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
      "a variable that is not allowed",
      ["title: Sales", "title: Sales\n        officeMessage: { text: 'about {product}' }"],
      "acme.yaml:11: tenants[0].targets.sales.officeMessage: uses {product}: add product to the target's variables, or take it out",
    ],
    [
      "no targets",
      [/targets:[^]*/, "targets: {}"],
      "acme.yaml:8: tenants[0].targets: name at least one, e.g. { sales: { title: Sales, office: … } }",
    ],
    [
      "broken YAML",
      ["name: Acme", "name: [Acme"],
      "acme.yaml:5: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  ] as const)("names line, path and hint of %s", (_what, [from, to], problem) => {
    expect(problemsOf(VALID.replace(from, to))[0]).toBe(problem);
  });

  const IN_FULL = 'write it in full, with + and in quotes, e.g. "+74990000000"';
  const A_TEXT = "write a text in quotes, or one per language, e.g. { en: Sales, ru: Отдел продаж }";
  const FILE = "(the file): write a mapping beginning with tenants:";
  /** Adds a line below the title of the target. */
  const inTarget = (text: string) => ["title: Sales", `title: Sales\n        ${text}`] as const;
  const inTenant = (text: string) => ["name: Acme", `name: Acme\n    ${text}`] as const;
  const office = (text: string) => ['"+79000000101"', text] as const;

  it.each([
    [[/[^]*/, ""], [FILE]],
    [[/[^]*/, "- acme"], [FILE]],
    [[/[^]*/, "tenants:"], ["tenants: list at least one tenant, e.g. [{ id: acme, … }]"]],
    [[/[^]*/, "tenants: []"], ["tenants: list at least one tenant, e.g. [{ id: acme, … }]"]],
    [["id: acme", "id: 7"], ["id: put it in quotes"]],
    [["name: Acme", "name:"], [`name: ${A_TEXT}`]],
    [["name: Acme", "name: ''"], ["name: write something here, or take it out"]],
    [["name: Acme", "name: { english: Acme }"], ["name.english: use a two-letter language, e.g. ru"]],
    [['"+74990000000"', "+74990000000"], [`serviceNumber: ${IN_FULL}`]],
    [['"+74990000000"', '"+7 499 000-00-00 (9-18)"'], [`serviceNumber: ${IN_FULL}`]],
    [office('"+49 30 1234567 - 15"'), [`targets.sales.office: ${IN_FULL}`]],
    [[/ +serviceNumber.*\n/, ""], [`serviceNumber: required: ${IN_FULL}`]],
    [["[https://acme.example]", "https://acme.example"], ["origins: write a list, e.g. [one, two]"]],
    [inTenant("locale: Russian"), ["locale: use a two-letter language, e.g. ru"]],
    [inTenant("privacyUrl: /privacy"), ["privacyUrl: write an address, e.g. https://acme.example/privacy"]],
    [inTenant("consent: yes"), ["consent: write a mapping, e.g. { name: value }"]],
    [
      inTenant("numbers: { allow: [7] }"),
      ['numbers.allow[0]: write a prefix with + and in quotes, e.g. "+7"'],
    ],
    [["login: acme", "login: acme, api: v4"], ["uis.api: write v1"]],
    [
      ["url: https://callapi.example/v1, ", ""],
      ["uis.url: required: write the address of the Call API, e.g. https://callapi.example/v1"],
    ],
    [["{ env: ACME_PASSWORD }", "{ file: 7 }"], ["uis.password.file: put it in quotes"]],
    [["sales:", "Sales Team:"], [/^targets\.Sales Team: use lower-case letters/]],
    [[/title: .*/, "firstCall: any"], [`targets.sales.title: required: ${A_TEXT}`]],
    [inTarget("officeMessage: text"), ["targets.sales.officeMessage: write { text: … } or { media: … }"]],
    [inTarget("officeMessage: { media: 7 }"), ["targets.sales.officeMessage.media: put it in quotes"]],
    [inTarget("switchAtOnce: yes"), ["targets.sales.switchAtOnce: write true or false"]],
    [inTarget("firstCall: me"), ["targets.sales.firstCall: write office, visitor or any"]],
    [inTarget("queue: { timeout: 9999 }"), ["targets.sales.queue.timeout: write 3600 or less"]],
    [office("+79000000101"), [/^targets\.sales\.office: write a number in quotes, .* a list of groups/]],
    [office("[]"), ["targets.sales.office: list at least one"]],
    [office("[{}]"), ["targets.sales.office[0].phones: required: write a list, e.g. [one, two]"]],
    [
      office('[{ phones: [{ number: "+79000000101", channels: 0, ringFor: 0.5 }] }]'),
      [
        "targets.sales.office[0].phones[0].channels: write 1 or more",
        "targets.sales.office[0].phones[0].ringFor: write a whole number",
      ],
    ],
  ] as const)("says what to write instead of %j", ([from, to], expected) => {
    const problems = problemsOf(VALID.replace(from, to)).map((problem) =>
      problem.replace(/^acme\.yaml:\d+: (tenants\[0\]\.)?/, ""),
    );
    expect(problems).toEqual(
      expected.map((one) => (one instanceof RegExp ? (expect.stringMatching(one) as string) : one)),
    );
  });

  it.each([
    ["titel", "unknown setting; did you mean title?"],
    ["swichAtOnce", "unknown setting; did you mean switchAtOnce?"],
    ["VisitorMesage", "unknown setting; did you mean visitorMessage?"],
    ["colour", "unknown setting; take it out or correct its name"],
  ])("knows what %s was to be, if it is near", (key, problem) => {
    expect(problemsOf(VALID.replace(...inTarget(`${key}: x`)))).toEqual([
      `acme.yaml:11: tenants[0].targets.sales.${key}: ${problem}`,
    ]);
  });

  it("lists problems in the order of the lines", () => {
    const problems = problemsOf(
      VALID.replace("title: Sales", "titel: Sales")
        .replace(...inTenant("hour: 9"))
        .replace("[https", "[ftp"),
    );
    expect(problems.map((problem) => problem.split(": ")[0])).toEqual([
      "acme.yaml:5",
      "acme.yaml:6",
      "acme.yaml:10",
      "acme.yaml:11",
    ]);
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

import { acmeYaml } from "@uis-call/testing/acme";
import { describe, expect, it } from "vitest";
import { parseConfiguration } from "./configuration-file.js";

/** Returns the warnings for a configuration, without those about receivers. */
function warningsFor(yaml: string): string[] {
  const found: string[] = [];
  const secrets = { variable: () => "x", file: () => undefined };
  parseConfiguration(yaml, secrets, "f", (line) => found.push(line));
  return found.filter((line) => !line.includes("notify"));
}

const target = (words: string): string =>
  acmeYaml(
    "https://uis.example/v1",
    "",
    `it: { title: It, office: "+79000000101", variables: [a, b], ${words} }`,
  );

describe("warnings", () => {
  it("are none for a configuration that is as its author wants it", () => {
    expect(warningsFor(acmeYaml("https://uis.example/v1"))).toEqual([]);
  });

  it("show an origin that is converted, with its line", () => {
    const yaml = acmeYaml("https://uis.example/v1").replace(
      "https://acme.example",
      "https://Acme.Example:443",
    );
    expect(warningsFor(yaml)).toEqual(["f:6: tenants[0].origins[0]: is read as https://acme.example"]);
  });

  it("name a tenant without a receiver", () => {
    const found: string[] = [];
    const secrets = { variable: () => "x", file: () => undefined };
    parseConfiguration(acmeYaml("https://uis.example/v1"), secrets, "f", (line) => found.push(line));
    expect(found).toEqual([
      expect.stringMatching(
        /^f:3: tenants\[0\]\.notify: there is none, so leads are kept in the database only/,
      ),
      expect.stringMatching(/: tenants\[1\]\.notify: there is none/),
    ]);
  });

  it.each(['"{a}"', '"{a} {b}!"', '{ en: "Hello", ru: "{a}" }', '"…"'])(
    "name a message that is nothing but variables in some language: %s",
    (text) => {
      expect(warningsFor(target(`switchAtOnce: false, officeMessage: { text: ${text} }`))).toEqual([
        expect.stringMatching(/targets\.it\.officeMessage: is nothing but variables/),
      ]);
    },
  );

  it.each([
    ["", "visitorMessage", true],
    ["firstCall: office,", "visitorMessage", true],
    ["firstCall: visitor,", "officeMessage", true],
    ["firstCall: office,", "officeMessage", false],
    ["firstCall: visitor,", "visitorMessage", false],
    ["firstCall: any,", "visitorMessage", false],
    ["switchAtOnce: false,", "visitorMessage", false],
  ])("with %s %s say whether the message is not played: %s", (words, side, warned) => {
    for (const message of ['{ text: "Hello" }', "{ media: hello.mp3 }"])
      expect(warningsFor(target(`${words} ${side}: ${message}`))).toEqual(
        warned
          ? [expect.stringContaining("with switchAtOnce: false, it is played to its end") as string]
          : [],
      );
  });
});

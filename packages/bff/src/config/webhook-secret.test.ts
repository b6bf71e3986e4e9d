import { describe, expect, it } from "vitest";
import { isWebhookSecret } from "./webhook-secret.js";

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 0xfb).toString("base64")}`;

describe("a webhook's secret", () => {
  it.each([24, 25, 32, 63, 64])("may have %i bytes", (bytes) => {
    expect(isWebhookSecret(secretOf(bytes))).toBe(true);
  });

  it.each([
    ["is empty", ""],
    ["has no key", "whsec_"],
    ["is too short to be safe", secretOf(23)],
    ["is longer than the specification allows", secretOf(65)],
    ["lacks its prefix", secretOf(32).slice("whsec_".length)],
    ["is a private key of the asymmetric scheme", secretOf(32).replace("whsec_", "whsk_")],
    ["has lost its padding", secretOf(32).replace("=", "")],
    ["is in the alphabet of URLs", secretOf(32).replaceAll("+", "-")],
    ["was copied with a line end", `${secretOf(32)}\n`],
    ["is a phrase", "whsec_correct horse battery staple"],
  ])("is refused when it %s", (_why, text) => {
    expect(isWebhookSecret(text)).toBe(false);
  });
});

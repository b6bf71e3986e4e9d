import { describe, expect, it } from "vitest";
import { ConfigurationError } from "./configuration-file.js";
import { checkSettings, readSettings } from "./settings.js";

const SECRET = "0123456789abcdef0123456789abcdef";

describe("process settings", () => {
  it("have defaults for all but the session secret", () => {
    const settings = readSettings({ SESSION_SECRET: SECRET });
    expect(settings).toMatchObject({ port: 3000, host: "127.0.0.1", databaseUrl: "sqlite:./data/calls.db" });
    expect(settings.publicUrl.href).toBe("http://localhost:3000/");
  });

  it("take several session secrets, newest first", () => {
    const { sessionSecrets } = readSettings({ SESSION_SECRET: `${SECRET}x, ${SECRET}` });
    expect(sessionSecrets.map((secret) => secret.reveal())).toEqual([`${SECRET}x`, SECRET]);
  });

  it.each([
    [{}, /^SESSION_SECRET: set it to a random text of at least 32 characters/],
    [{ SESSION_SECRET: "short" }, /^SESSION_SECRET: each secret needs at least 32 characters/],
    [{ SESSION_SECRET: SECRET, PORT: "http" }, /^PORT: /],
    [{ SESSION_SECRET: SECRET, TRUST_PROXY: "true" }, /^TRUST_PROXY: true would trust any client/],
    [{ SESSION_SECRET: SECRET, PUBLIC_URL: "https://calls.example" }, /^TRUST_PROXY: PUBLIC_URL is https/],
    [{ SESSION_SECRET: SECRET, PUBLIC_URL: "http://calls.example" }, /^PUBLIC_URL: use https/],
    [{ SESSION_SECRET: SECRET, DATABASE_URL: "mysql://x" }, /^DATABASE_URL: /],
    [
      { SESSION_SECRET: SECRET, DATABASE_URL: "sqlite://./data/calls.db" },
      /^DATABASE_URL: write the path right/,
    ],
    [
      { SESSION_SECRET: SECRET, DATABASE_URL: "sqlite:///data/calls.db" },
      /^DATABASE_URL: write the path right/,
    ],
    [
      { SESSION_SECRET: SECRET, DATABASE_URL: "postgres://u:pa#ss@db/calls" },
      /^DATABASE_URL: it cannot be read/,
    ],
    [
      { SESSION_SECRET: SECRET, DATABASE_URL: "postgres://db/c?sslrootcert=/none" },
      /^DATABASE_URL: it cannot/,
    ],
    [{ SESSION_SECRET: SECRET, TRUST_PROXY: "nginx" }, /^TRUST_PROXY: nginx is a name/],
    [{ SESSION_SECRET: SECRET, TRUST_PROXY: "TRUE" }, /^TRUST_PROXY: TRUE would trust any client/],
    [{ SESSION_SECRET: SECRET, TRUST_PROXY: "1,2" }, /^TRUST_PROXY: write how many proxies/],
    [{ SESSION_SECRET: SECRET, PORT: "3000", METRICS_PORT: "3000" }, /^METRICS_PORT: PORT is the same/],
    [{ SESSION_SECRET: SECRET, HOST: "http://localhost" }, /^HOST: write an address/],
    [{ SESSION_SECRET: SECRET, PUBLIC_URL: "http://localhost/?a" }, /^PUBLIC_URL: write the address alone/],
    [{ SESSION_SECRET: SECRET, NODE_TLS_REJECT_UNAUTHORIZED: "0" }, /^NODE_TLS_REJECT_UNAUTHORIZED: take/],
  ])("refuse %o", (environment, message) => {
    expect(() => readSettings(environment)).toThrow(message);
  });

  it("name every problem at once, each with what to write", () => {
    const environment = { PORT: "http", PUBLIC_URL: "https://calls.example", LOG_LEVEL: "loud" };
    expect(() => readSettings(environment)).toThrow(
      new ConfigurationError([
        "PORT: write a port number, e.g. 3000",
        "SESSION_SECRET: set it to a random text of at least 32 characters, e.g. from: openssl rand -base64 32",
        "LOG_LEVEL: write fatal, error, warn, info, debug, trace or silent",
        "TRUST_PROXY: PUBLIC_URL is https, and this process speaks plain http: say what is in front, e.g. TRUST_PROXY=loopback",
      ]),
    );
  });

  it("are checked without a session secret, but not with a short one", () => {
    expect(() => checkSettings({ SESSION_SECRET: "" })).not.toThrow();
    expect(() => checkSettings({ SESSION_SECRET: "short" })).toThrow(/^SESSION_SECRET: each secret needs/);
  });

  it("believe an https address once the proxy in front is named", () => {
    const settings = readSettings({
      SESSION_SECRET: SECRET,
      PUBLIC_URL: "https://calls.example",
      TRUST_PROXY: "1",
    });
    expect(settings.trustProxy).toBe(1);
  });
});

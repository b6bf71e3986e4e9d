import pg from "pg";
import { z } from "zod";
import { ConfigurationError } from "./configuration-file.js";
import type { Proxy } from "../proxy.js";
import { isLoopback } from "./loopback.js";
import { hintFor } from "./hints.js";
import { Secret } from "./secret.js";
import { TrustProxy } from "./trust-proxy.js";

/** Base path of the backend on its own server. */
export const BASE_PATH = "/api";

const boundedPort = z.coerce
  .number("write a port number, e.g. 3000")
  .int("write a port number, e.g. 3000")
  .min(0)
  .max(65_535);

const HostName = z
  .string()
  .regex(/^[a-z\d.:-]+$/i, "write an address or a host name of this machine, e.g. 127.0.0.1 or 0.0.0.0");

const DatabaseUrl = z
  .string()
  .regex(/^(sqlite:.|postgres(ql)?:\/\/.)/, "write sqlite:PATH or postgres://user:password@host/database")
  .refine(
    (url) => !url.startsWith("sqlite://"),
    "write the path right after sqlite:, e.g. sqlite:./data/calls.db or sqlite:/var/lib/uis-call/calls.db",
  )
  .refine(
    (url) => url.startsWith("sqlite:") || isReadable(url),
    "it cannot be read: percent-encode special characters of user and password, and name only files that exist",
  );

/** Whether the PostgreSQL driver understands an address. Connects to nothing. */
function isReadable(url: string): boolean {
  try {
    return new pg.Client({ connectionString: url }).host !== "";
  } catch {
    return false;
  }
}

const HOW_TO_NAME_A_PROXY = "write http://host:port, with user:password@ if the proxy wants them";

const ProxyUrl = z
  .string()
  .refine((text) => /^http:\/\/[^/]+\/?$/i.test(text) && URL.canParse(text), HOW_TO_NAME_A_PROXY)
  .transform((text) => new URL(text));

const Environment = z.object({
  PORT: boundedPort.default(3000),
  HOST: HostName.default("127.0.0.1"),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "write an address, e.g. https://calls.example.com" })
    .transform((text) => new URL(text))
    .refine(
      ({ username, password, search, hash }) => `${username}${password}${search}${hash}` === "",
      "write the address alone, without user, ? and #, e.g. https://calls.example.com",
    )
    .optional(),
  SESSION_SECRET: z
    .string({
      error: "set it to a random text of at least 32 characters, e.g. from: openssl rand -base64 32",
    })
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine((parts) => parts.every((part) => part.length >= 32), "each secret needs at least 32 characters"),
  DATABASE_URL: DatabaseUrl.default("sqlite:./data/calls.db"),
  TRUST_PROXY: TrustProxy.optional(),
  METRICS_PORT: boundedPort.optional(),
  METRICS_HOST: HostName.default("127.0.0.1"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  WEBHOOK_PRIVATE_HOSTS: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .default([]),
  HTTPS_PROXY: ProxyUrl.optional(),
  NO_PROXY: z
    .string()
    .transform((text) => text.split(","))
    .default([]),
  WEBHOOK_PROXY: ProxyUrl.optional(),
  UIS_CALL_CONFIG: z.string().min(1).optional(),
});

/** Settings of the process, read from environment variables. */
export interface Settings {
  port: number;
  host: string;
  /** Address at which browsers reach the backend. */
  publicUrl: URL;
  /** Session secrets, newest first. The first one signs and encrypts; all of them are accepted. */
  sessionSecrets: Secret[];
  databaseUrl: string;
  trustProxy: number | string[] | undefined;
  logLevel: string;
  /** Address on which the metrics server listens. Undefined: there is no metrics server. */
  metrics: { port: number; host: string } | undefined;
  /** Private hosts to which webhooks may be sent. All other private hosts are refused. */
  webhookPrivateHosts: string[];
  /** Proxy through which UIS is reached. */
  uisProxy: Proxy | undefined;
  /** Proxy through which webhooks are sent. */
  webhookProxy: URL | undefined;
  configurationFile: string | undefined;
}

/**
 * Reads the settings of the process.
 *
 * @throws ConfigurationError that names each invalid variable, with a hint
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const written = withLowerCaseNames(withoutEmpty(environment));
  const parsed = Environment.safeParse(written, { error: hintFor });
  const problems = parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
  const transport = transportProblem(written["PUBLIC_URL"], written["TRUST_PROXY"] !== undefined);
  if (transport !== undefined) problems.push(transport);
  if (parsed.success && parsed.data.PORT !== 0 && parsed.data.PORT === parsed.data.METRICS_PORT)
    problems.push("METRICS_PORT: PORT is the same: choose another port for one of the two");
  // Refuses the value 0: Node would accept any server as UIS and send it the password.
  if (written["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    problems.push("NODE_TLS_REJECT_UNAUTHORIZED: take it out; name a CA of your own in NODE_EXTRA_CA_CERTS");
  }
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  const { data } = parsed;
  const publicUrl = data.PUBLIC_URL ?? new URL(`http://localhost:${String(data.PORT)}`);
  return {
    port: data.PORT,
    host: data.HOST,
    publicUrl,
    sessionSecrets: data.SESSION_SECRET.map((secret) => new Secret(secret)),
    databaseUrl: data.DATABASE_URL,
    trustProxy: data.TRUST_PROXY,
    logLevel: data.LOG_LEVEL,
    metrics:
      data.METRICS_PORT === undefined ? undefined : { port: data.METRICS_PORT, host: data.METRICS_HOST },
    webhookPrivateHosts: data.WEBHOOK_PRIVATE_HOSTS,
    uisProxy: data.HTTPS_PROXY && { url: data.HTTPS_PROXY, except: data.NO_PROXY },
    webhookProxy: data.WEBHOOK_PROXY,
    configurationFile: data.UIS_CALL_CONFIG,
  };
}

/**
 * Checks the settings that are present. SESSION_SECRET may be missing, because configurations may be checked on
 * a machine without it.
 *
 * @throws ConfigurationError that names each invalid variable, with a hint
 */
export function checkSettings(environment: Record<string, string | undefined>): Settings {
  return readSettings({ SESSION_SECRET: "-".repeat(32), ...withoutEmpty(environment) });
}

/**
 * Checks that PUBLIC_URL and TRUST_PROXY are consistent. Behind a TLS proxy that TRUST_PROXY does not name,
 * browsers would not get the `Secure` cookie.
 */
function transportProblem(publicUrl: string | undefined, proxied: boolean): string | undefined {
  if (publicUrl === undefined || !/^https?:/.test(publicUrl) || !URL.canParse(publicUrl)) return undefined;
  const url = new URL(publicUrl);
  if (url.protocol === "https:") {
    if (proxied) return undefined;
    return "TRUST_PROXY: PUBLIC_URL is https, and this process speaks plain http: say what is in front, e.g. TRUST_PROXY=loopback";
  }
  if (isLoopback(url.hostname)) return undefined;
  return "PUBLIC_URL: use https://; plain http is for localhost only, because the session cookie would travel in the open";
}

/** Also reads the names of proxies in lower case, as most programs do. */
const withLowerCaseNames = (
  environment: Record<string, string | undefined>,
): Record<string, string | undefined> => ({
  ...(environment["https_proxy"] !== undefined && { HTTPS_PROXY: environment["https_proxy"] }),
  ...(environment["no_proxy"] !== undefined && { NO_PROXY: environment["no_proxy"] }),
  ...environment,
});

const withoutEmpty = (environment: Record<string, string | undefined>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));

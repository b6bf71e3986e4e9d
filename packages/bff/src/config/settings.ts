import { z } from "zod";
import { ConfigurationError } from "./configuration-file.js";
import { isLoopback } from "./loopback.js";
import { Secret } from "./secret.js";

const boundedPort = z.coerce.number().int().min(0).max(65_535);

const Environment = z.object({
  PORT: boundedPort.default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((text) => new URL(text))
    .optional(),
  SESSION_SECRET: z
    .string({
      error: "set it to a random text of at least 32 characters, e.g. from: openssl rand -base64 32",
    })
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine((parts) => parts.every((part) => part.length >= 32), "each secret needs at least 32 characters"),
  DATABASE_URL: z.string().startsWith("sqlite:", "write sqlite:PATH").default("sqlite:./data/calls.db"),
  TRUST_PROXY: z
    .string()
    .refine(
      (text) => text !== "true",
      "true would trust everybody: name the number of proxies, or their addresses",
    )
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : text.split(",").map((part) => part.trim())))
    .optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  UIS_CALL_CONFIG: z.string().min(1).optional(),
});

/** What one process is told by its environment. */
export interface Settings {
  port: number;
  host: string;
  /** Where browsers reach us. */
  publicUrl: URL;
  /** Newest first: the first signs, all verify. */
  sessionSecrets: Secret[];
  databaseUrl: string;
  trustProxy: number | string[] | undefined;
  logLevel: string;
  configurationFile: string | undefined;
}

/**
 * Reads the process settings.
 *
 * @throws ConfigurationError naming each variable and its remedy
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const parsed = Environment.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  }
  const { data } = parsed;
  const publicUrl = data.PUBLIC_URL ?? new URL(`http://localhost:${String(data.PORT)}`);
  const problem = publicUrlProblem(publicUrl, data.TRUST_PROXY !== undefined);
  if (problem !== undefined) throw new ConfigurationError([problem]);
  return {
    port: data.PORT,
    host: data.HOST,
    publicUrl,
    sessionSecrets: data.SESSION_SECRET.map((secret) => new Secret(secret)),
    databaseUrl: data.DATABASE_URL,
    trustProxy: data.TRUST_PROXY,
    logLevel: data.LOG_LEVEL,
    configurationFile: data.UIS_CALL_CONFIG,
  };
}

/** A cookie marked `Secure` silently goes missing where TLS ends in a proxy nobody told us about. */
function publicUrlProblem(url: URL, proxied: boolean): string | undefined {
  if (url.protocol === "https:") {
    if (proxied) return undefined;
    return "TRUST_PROXY: PUBLIC_URL is https, and this process speaks plain http: say what is in front, e.g. TRUST_PROXY=loopback";
  }
  if (isLoopback(url.hostname)) return undefined;
  return "PUBLIC_URL: use https://; plain http is for localhost only, because the session cookie would travel in the open";
}

const withoutEmpty = (environment: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));

import { lookup } from "node:dns/promises";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP } from "node:net";
import { RequestError, TimeoutError } from "got";
import { Webhook } from "standardwebhooks";
import type { Clock } from "../clock.js";
import type { Secret } from "../config/secret.js";
import { post } from "../http-client.js";
import {
  AddressRefused,
  createGuardedLookup,
  hostOf,
  isPublicAddress,
  normalHost,
  type Resolve,
} from "./address-guard.js";
import { HOW_TO_MAKE_A_WEBHOOK_SECRET, isWebhookSecret } from "../config/webhook-secret.js";

/** What came of one attempt. `detail` is for the log: it holds no body, no secret and nothing of the URL but its host. */
export type Delivery = { delivered: true } | { delivered: false; detail: string };

/** One event for one receiver. */
export interface WebhookEvent {
  url: string;
  /** As {@link isWebhookSecret} wants it. */
  secret: Secret;
  /** The same for every attempt, so that the receiver can tell a repeat: letters, digits, `_` and `-`. */
  id: string;
  /** JSON, signed and sent byte for byte as it is. */
  body: string;
}

/** Makes one attempt to deliver an event. Never throws, never repeats. */
export type SendWebhook = (event: WebhookEvent) => Promise<Delivery>;

export interface WebhookSenderOptions {
  clock: Clock;
  /**
   * Hostnames and addresses that may be private and may be spoken to over plain http, without ports. What counts is
   * the host as it stands in the URL: a name is not allowed because its address is listed.
   */
  privateHosts: readonly string[];
  /** The system's resolver, unless a test has its own. */
  resolve?: Resolve;
  /** In milliseconds: `connect` for each of lookup, TCP and TLS, `whole` for everything. */
  timeouts?: { connect: number; whole: number };
}

/** How much of an answer we read, in bytes. Only its status counts. */
export const ANSWER_LIMIT = 64 * 1024;

export const TIMEOUTS = { connect: 3000, whole: 15_000 };

/**
 * Makes a function that signs an event as Standard Webhooks asks and posts it once. Delivered is what was answered
 * with 2xx; a redirect is not followed and not delivered. Reaches public addresses and `privateHosts` only: the
 * address is resolved once, checked, and connected to, each time on a fresh connection.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createWebhookSender(options: WebhookSenderOptions): SendWebhook {
  const { clock, privateHosts, resolve = systemResolve, timeouts = TIMEOUTS } = options;
  return async ({ url, secret, id, body }) => {
    const problem = webhookUrlProblem(url, privateHosts);
    if (problem !== undefined) return { delivered: false, detail: problem };
    try {
      const headers = sign(secret, id, clock.now(), body);
      const lookup = createGuardedLookup(resolve, isListed(hostOf(new URL(url)), privateHosts));
      const status = await statusOf({ url, headers, body, lookup, timeouts });
      if (status >= 200 && status < 300) return { delivered: true };
      return { delivered: false, detail: `answered ${status}` };
    } catch (error) {
      return { delivered: false, detail: faultDetail(error) };
    }
  };
}

/**
 * Says what is wrong with a webhook's URL by itself, without asking DNS: not https, credentials in it, or an address
 * that is not public. Goes into a message after the setting's name.
 * @param privateHosts as in {@link WebhookSenderOptions}
 * @returns a sentence with a hint, quoting at most the host; undefined when nothing is wrong
 */
export function webhookUrlProblem(url: string, privateHosts: readonly string[]): string | undefined {
  if (!URL.canParse(url)) return "use a whole URL: https://…";
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "") {
    return "take user name and password out of the URL; the receiver knows us by the signature";
  }
  const host = hostOf(parsed);
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return "use https://…";
  if (isListed(host, privateHosts)) return undefined;
  if (parsed.protocol === "http:") {
    return `use https://; plain http is for hosts listed in WEBHOOK_PRIVATE_HOSTS only, and ${host} is not`;
  }
  // RFC 6761, 6.3: these are loopback whatever DNS says.
  const local = /(^|\.)localhost$/.test(host);
  if (local || (isIP(host) !== 0 && !isPublicAddress(host))) {
    return `${host} is not public: use a public host, or list ${host} in WEBHOOK_PRIVATE_HOSTS`;
  }
  return undefined;
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

const isListed = (host: string, privateHosts: readonly string[]): boolean =>
  privateHosts.some((listed) => normalHost(listed) === host);

/** Something we would not send; the message is fit for the log. */
class Unsendable extends Error {}

function sign(secret: Secret, id: string, now: Date, body: string): Record<string, string> {
  // A full stop would let one signature stand for another id and body; the specification forbids it.
  if (!/^[\w-]+$/.test(id)) throw new Unsendable("the event's id has more than letters, digits, _ and -");
  const key = secret.reveal();
  if (!isWebhookSecret(key)) {
    throw new Unsendable(`the secret is not one of Standard Webhooks: ${HOW_TO_MAKE_A_WEBHOOK_SECRET}`);
  }
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(key).sign(id, now, body),
  };
}

interface Attempt {
  url: string;
  headers: Record<string, string>;
  body: string;
  lookup: ReturnType<typeof createGuardedLookup>;
  timeouts: { connect: number; whole: number };
}

/** Resolves to the status. Rejects when none was received. */
async function statusOf({ url, headers, body, lookup, timeouts }: Attempt): Promise<number> {
  const { connect, whole } = timeouts;
  let status: number | undefined;
  try {
    const answer = await post({
      url,
      headers: { ...headers, "content-type": "application/json" },
      body,
      agent: {
        http: new HttpAgent({ lookup }),
        https: new HttpsAgent({ lookup, minVersion: "TLSv1.2" }),
      },
      timeout: { lookup: connect, connect, secureConnect: connect, request: whole },
      answerBytes: ANSWER_LIMIT,
      onStatus: (received) => (status = received),
    });
    return answer.status;
  } catch (error) {
    // The receiver has decided once it sent a status: what becomes of the rest of its answer does not matter.
    if (status !== undefined) return status;
    throw error;
  }
}

/** Messages of foreign errors may quote what was sent: only their codes go to the log. */
function faultDetail(error: unknown): string {
  if (error instanceof Unsendable) return error.message;
  if (!(error instanceof RequestError)) return `failed: ${error instanceof Error ? error.name : "unknown"}`;
  if (error.cause instanceof AddressRefused) return error.cause.message;
  if (error instanceof TimeoutError) return `took too long: ${error.event}`;
  return `failed: ${error.code}`;
}

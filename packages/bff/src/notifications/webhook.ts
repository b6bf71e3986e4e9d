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

/** Result of one delivery attempt. `detail` is for the log: no body, no secret, and of the URL only the host. */
export type Delivery = { delivered: true } | { delivered: false; detail: string };

/** One event for one receiver. */
export interface WebhookEvent {
  url: string;
  /** A secret that {@link isWebhookSecret} accepts. */
  secret: Secret;
  /** The same for every attempt, so that the receiver recognises repeats. Letters, digits, `_` and `-`. */
  id: string;
  /** JSON; signed and sent unchanged. */
  body: string;
}

/** Makes one attempt to deliver an event. Never throws and never repeats. */
export type SendWebhook = (event: WebhookEvent) => Promise<Delivery>;

export interface WebhookSenderOptions {
  clock: Clock;
  /**
   * Hosts, without ports, that may be private and reached by plain http. Compared with the host as written in the
   * URL: a listed address does not allow a name that resolves to it.
   */
  privateHosts: readonly string[];
  /** Default: the system's resolver. */
  resolve?: Resolve;
  /** Milliseconds: `connect` for lookup, TCP and TLS each, `whole` for the entire delivery. */
  timeouts?: { connect: number; whole: number };
}

/** Most bytes of an answer to read. Only its status matters. */
export const ANSWER_LIMIT = 64 * 1024;

/** Default time-outs in milliseconds; see {@link WebhookSenderOptions.timeouts}. */
export const TIMEOUTS = { connect: 3000, whole: 15_000 };

/**
 * Makes a function that signs an event by Standard Webhooks and posts it once. A 2xx answer means delivered;
 * redirects are not followed, and mean not delivered. Connects only to public addresses and `privateHosts`: each time
 * the name is resolved once, checked, and connected to on a fresh connection.
 *
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
 * Finds what is wrong with a webhook's URL without asking DNS: not https, credentials in it, or an address that is
 * not public. The text follows the setting's name.
 *
 * @param privateHosts see {@link WebhookSenderOptions}
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
  // Loopback by definition, whatever DNS says (RFC 6761, 6.3).
  const local = /(^|\.)localhost$/.test(host);
  if (local || (isIP(host) !== 0 && !isPublicAddress(host))) {
    return `${host} is not public: use a public host, or list ${host} in WEBHOOK_PRIVATE_HOSTS`;
  }
  return undefined;
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

const isListed = (host: string, privateHosts: readonly string[]): boolean =>
  privateHosts.some((listed) => normalHost(listed) === host);

/** An event that must not be sent. The message is safe to log. */
class Unsendable extends Error {}

function sign(secret: Secret, id: string, now: Date, body: string): Record<string, string> {
  // The signature covers id, timestamp and body joined by full stops, so the specification forbids them in the id:
  // one signature could fit another id and body.
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

/** Posts the event and resolves to the answer's status; rejects when there was none. */
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
    // The status decides; an answer that breaks off after it changes nothing.
    if (status !== undefined) return status;
    throw error;
  }
}

/** Only codes of foreign errors go to the log: their messages may quote what was sent. */
function faultDetail(error: unknown): string {
  if (error instanceof Unsendable) return error.message;
  if (!(error instanceof RequestError)) return `failed: ${error instanceof Error ? error.name : "unknown"}`;
  if (error.cause instanceof AddressRefused) return error.cause.message;
  if (error instanceof TimeoutError) return `took too long: ${error.event}`;
  return `failed: ${error.code}`;
}

import { lookup } from "node:dns/promises";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Agents, RequestError, TimeoutError } from "got";
import { Webhook } from "standardwebhooks";
import type { Clock } from "../clock.js";
import type { Secret } from "../config/secret.js";
import { post } from "../http-client.js";
import { openTunnel } from "../proxy.js";
import {
  AddressRefused,
  createGuardedLookup,
  hostOf,
  isPublicAddress,
  normalHost,
  type Resolve,
} from "./address-guard.js";
import { HOW_TO_MAKE_A_WEBHOOK_SECRET, isWebhookSecret } from "../config/webhook-secret.js";

/** Result of one delivery. */
export type Delivery =
  | { delivered: true }
  | {
      delivered: false;
      /** Text that is safe to log: it contains no body, no secret and only the host of the URL. */
      detail: string;
      /** Whether the receiver answered 410: it wants no event any more. */
      gone?: boolean;
      /** Milliseconds for which the receiver wants no event (`Retry-After`), at most {@link MOST_REST_MS}. */
      restMs?: number;
    };

/** One event for one receiver. */
export interface WebhookEvent {
  url: string;
  /** A secret that {@link isWebhookSecret} accepts. */
  secret: Secret;
  /**
   * Id of the event. It is the same for every delivery, so that the receiver recognises repeats. It consists of
   * letters, digits, `_` and `-`.
   */
  id: string;
  /** Body in JSON. It is signed and sent unchanged. */
  body: string;
}

/** Tries once to deliver an event. Never throws, and never repeats the request. */
export type SendWebhook = (event: WebhookEvent) => Promise<Delivery>;

export interface WebhookSenderOptions {
  clock: Clock;
  /**
   * Hosts, without ports, that may be private and may be reached by plain http. They are compared with the host
   * as it is written in the URL. Listing an address does not allow a name that resolves to this address.
   */
  privateHosts: readonly string[];
  /** Default: the system's resolver. */
  resolve?: Resolve;
  /**
   * HTTP proxy through which public hosts are reached. The name of the host is still resolved and checked here,
   * and the proxy is told the checked address.
   */
  proxy?: URL | undefined;
  /** Time limits in milliseconds: `connect` for each of lookup, TCP and TLS, `whole` for the entire delivery. */
  timeouts?: { connect: number; whole: number };
}

/** Maximum number of bytes of an answer that are read. Only the status of the answer matters. */
export const ANSWER_LIMIT = 64 * 1024;

/** Maximum of {@link Delivery.restMs}: a day. A receiver must not make a lead wait for longer. */
const MOST_REST_MS = 24 * 60 * 60_000;

/** Default time limits in milliseconds; see {@link WebhookSenderOptions.timeouts}. */
export const TIMEOUTS = { connect: 3000, whole: 15_000 };

/**
 * Returns a function that signs an event as Standard Webhooks specifies and posts it once. An event counts as
 * delivered if the answer has a 2xx status. A redirect is not followed, and the event counts as not delivered.
 * The function connects only to public addresses and to `privateHosts`. Each time, it resolves the name once,
 * checks the addresses, and opens a new connection to one of them.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createWebhookSender(options: WebhookSenderOptions): SendWebhook {
  const { clock, privateHosts, resolve = systemResolve, timeouts = TIMEOUTS, proxy } = options;
  return async ({ url, secret, id, body }) => {
    const problem = webhookUrlProblem(url, privateHosts);
    if (problem !== undefined) return { delivered: false, detail: problem };
    try {
      const headers = sign(secret, id, clock.now(), body);
      const listed = isListed(hostOf(new URL(url)), privateHosts);
      const lookup = createGuardedLookup(resolve, listed);
      const agent =
        proxy === undefined || listed
          ? { http: new HttpAgent({ lookup }), https: new HttpsAgent({ lookup, minVersion: "TLSv1.2" }) }
          : { https: tunnelAgent(new URL(url), proxy, lookup, timeouts.connect) };
      const { status, retryAfter } = await headOf({ url, headers, body, agent, timeouts });
      if (status >= 200 && status < 300) return { delivered: true };
      const restMs = restOf(retryAfter, clock.now());
      return {
        ...{ delivered: false, detail: `answered ${status}` },
        ...(status === 410 && { gone: true }),
        ...(restMs !== undefined && { restMs }),
      };
    } catch (error) {
      return { delivered: false, detail: faultDetail(error) };
    }
  };
}

/**
 * Finds out, without DNS, what is wrong with the URL of a webhook: it is not https, it contains credentials, or
 * its host is an address that is not public. The returned text is meant to stand after the name of the setting.
 *
 * @param privateHosts see {@link WebhookSenderOptions}
 * @returns a sentence with a hint, which quotes nothing of the URL but the host; undefined when nothing is
 *   wrong
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
  // Treats these names as loopback, whatever DNS says about them (RFC 6761, 6.3).
  const local = /(^|\.)localhost$/.test(host);
  if (local || (isIP(host) !== 0 && !isPublicAddress(host))) {
    return `${host} is not public: use a public host, or list ${host} in WEBHOOK_PRIVATE_HOSTS`;
  }
  return undefined;
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

const isListed = (host: string, privateHosts: readonly string[]): boolean =>
  privateHosts.some((listed) => normalHost(listed) === host);

/** Error for an event that must not be sent. The message is safe to log. */
class Unsendable extends Error {}

function sign(secret: Secret, id: string, now: Date, body: string): Record<string, string> {
  // Refuses an id with other characters. The signature is made of the id, the timestamp and the body, joined by
  // full stops. If an id could contain a full stop, one signature could fit a different id and body.
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
  agent: Agents;
  timeouts: { connect: number; whole: number };
}

/**
 * Returns an agent that reaches a host through a proxy. It resolves the name itself, has the address checked, and
 * has the proxy connect to the checked address.
 */
function tunnelAgent(url: URL, proxy: URL, lookup: LookupFunction, connectMs: number): HttpsAgent {
  const agent = new HttpsAgent();
  const host = hostOf(url);
  const open = async (): Promise<Socket> => {
    const address = isIP(host) === 0 ? await addressOf(host, lookup) : host;
    // Three phases have the time limit of one phase each: the proxy, its tunnel, and TLS.
    const late = AbortSignal.timeout(3 * connectMs);
    const socket = await openTunnel(proxy, address, Number(url.port || 443), late);
    return connectTls({
      ...{ socket, minVersion: "TLSv1.2", ALPNProtocols: ["http/1.1"] },
      ...(isIP(host) === 0 ? { servername: host } : { host }),
    });
  };
  agent.createConnection = (_options, callback) => {
    open().then(
      (socket) => callback?.(null, socket),
      (error: unknown) => callback?.(error as Error, undefined as unknown as Socket),
    );
    return undefined;
  };
  return agent;
}

const addressOf = (host: string, lookup: LookupFunction): Promise<string> =>
  new Promise((resolve, reject) => {
    lookup(host, { all: false }, (error, address) => {
      if (error) reject(error);
      else resolve(address as string);
    });
  });

/** What matters of the receiver's answer. */
interface Head {
  status: number;
  retryAfter: string | undefined;
}

/** Posts the event and resolves with the head of the answer. Rejects when there was none. */
async function headOf({ url, headers, body, agent, timeouts }: Attempt): Promise<Head> {
  const { connect, whole } = timeouts;
  let head: Head | undefined;
  try {
    await post({
      url,
      headers: { ...headers, "content-type": "application/json" },
      body,
      agent,
      timeout: { lookup: connect, connect, secureConnect: connect, request: whole },
      answerBytes: ANSWER_LIMIT,
      onHead: (status, received) => (head = { status, retryAfter: received["retry-after"] }),
    });
  } catch (error) {
    // Ignores that the rest of the answer was not received, because only the head matters.
    if (head === undefined) throw error;
  }
  if (head === undefined) throw new Unsendable("the answer has no head");
  return head;
}

/**
 * Reads a `Retry-After`, which is a number of seconds or a date (RFC 9110, 10.2.3). Returns milliseconds, or
 * undefined if there is no wait.
 */
function restOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return ms > 0 ? Math.min(ms, MOST_REST_MS) : undefined;
}

/**
 * Describes an error for the log. Of errors from libraries, only the code is used, because their messages may
 * quote what was sent.
 */
function faultDetail(error: unknown): string {
  if (error instanceof Unsendable) return error.message;
  if (!(error instanceof RequestError)) return `failed: ${error instanceof Error ? error.name : "unknown"}`;
  if (error.cause instanceof AddressRefused) return error.cause.message;
  if (error instanceof TimeoutError) return `took too long: ${error.event}`;
  return `failed: ${error.code}`;
}

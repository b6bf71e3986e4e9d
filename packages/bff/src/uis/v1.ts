import { randomInt } from "node:crypto";
import { type Clock, systemClock } from "../clock.js";
import { isLoopback } from "../config/loopback.js";
import type { Secret } from "../config/secret.js";
import type { Proxy } from "../proxy.js";
import type { Group } from "../config/forwarding-groups.js";
import { classifyAuthenticate, classifyPlaceCalls } from "./answer.js";
import { createJsonRpc } from "./json-rpc.js";
import type { SharedToken } from "./shared-token.js";
import { problemWith } from "./order-check.js";
import { createTokenProvider } from "./token-provider.js";
import {
  answerWithin,
  type CallOrder,
  provesAccess,
  type SpokenMessage,
  type UisClient,
} from "./uis-client.js";

/** Options of {@link createV1Client}. */
export interface V1Options {
  /** `https://<callapi host>/v1` */
  url: string;
  /** Login of a UIS user who is allowed to use the Call API (Call API v1, `authenticate`). */
  login: string;
  password: Secret;
  /** Token that other processes with the same account share. Absent: this client requests its own token. */
  sharedToken?: SharedToken;
  /** Default: the system's clock. */
  clock?: Clock;
  /** Proxy through which UIS is reached by https. Default: none. */
  proxy?: Proxy | undefined;
}

/** Seconds within which UIS must answer `authenticate`. */
export const AUTHENTICATE_WITHIN = 10;

/**
 * Creates a {@link UisClient} for Call API v1 with one account and one token. The token is requested when it is
 * first needed, and renewed before its hour is over. An order that breaks a rule of the API is refused
 * (`defect`) before anything is sent.
 *
 * @throws Error when `url` is neither https nor on this machine, because requests contain the password and the
 *   token
 */
export function createV1Client(options: V1Options): UisClient {
  const { protocol, hostname } = new URL(options.url);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname)))
    throw new Error("the address of the Call API: use https://");
  const { clock = systemClock } = options;
  // Plain http goes to this machine only, which no proxy can reach for it.
  const rpc = createJsonRpc(options.url, clock, protocol === "https:" ? options.proxy : undefined);
  const authenticate = async () => {
    const id = randomInt(1, 2 ** 31);
    const password = options.password.reveal();
    const params = { login: options.login, password };
    return classifyAuthenticate(await rpc("authenticate", id, params, AUTHENTICATE_WITHIN), id, [password]);
  };
  const tokens = createTokenProvider(
    (refused) => options.sharedToken?.obtain(authenticate, refused) ?? authenticate(),
    clock,
  );

  return {
    async placeCall(order, confirmSend) {
      const problem = problemWith(order);
      if (problem !== undefined) return { kind: "refused", fault: "defect", detail: problem };
      const answer = await tokens.get();
      if (!("token" in answer)) return answer;
      const params = { session_key: answer.token, ...placeCallsParams(order) };
      const reply = await rpc("place_calls", order.attempt, params, answerWithin(order), confirmSend);
      const outcome = classifyPlaceCalls(reply, order.attempt, [answer.token, ...numbersIn(order)]);
      if (outcome.kind !== "renew") {
        if (provesAccess(outcome)) tokens.accepted(answer.token);
        return outcome;
      }
      return tokens.refused(answer.token)
        ? outcome
        : { kind: "refused", fault: "account", code: outcome.code };
    },
  };
}

const FIRST_CALL = { office: "numc", visitor: "numa", any: "any" } as const;

/** Converts an order to the parameters of `place_calls` (Call API v1 §4), except the token. */
export function placeCallsParams(order: CallOrder): Record<string, unknown> {
  return {
    first_call: FIRST_CALL[order.firstCall],
    switch_at_once: order.switchAtOnce,
    ...(order.holdMusic !== undefined && { media_file: order.holdMusic }),
    is_queue: order.queueTimeout !== undefined,
    ...(order.queueTimeout !== undefined && { queue_timeout: order.queueTimeout }),
    use_numb_as_numa: order.officeSeesServiceNumber,
    numa: digits(order.visitor),
    ...(order.visitorMessage !== undefined && { numa_message: message(order.visitorMessage) }),
    numb: digits(order.serviceNumber),
    numc: typeof order.office === "string" ? digits(order.office) : order.office.map(forwardingGroup),
    ...(order.officeMessage !== undefined && { numc_message: message(order.officeMessage) }),
  };
}

/** Returns all telephone numbers of an order in the form in which they are sent. */
const numbersIn = ({ visitor, serviceNumber, office }: CallOrder): string[] =>
  [
    visitor,
    serviceNumber,
    ...(typeof office === "string"
      ? [office]
      : office.flatMap(({ phones }) => phones.map(({ number }) => number))),
  ].map(digits);

const forwardingGroup = (group: Group) => ({
  phones: group.phones.map(({ number, channels, ringFor }) => ({
    numb: digits(number),
    channels_count: channels,
    timeout: ringFor,
  })),
  lines_start: group.linesStart,
  lines_limit: group.linesLimit,
  ...(group.dialingIncrement !== undefined && { dialing_increment: group.dialingIncrement }),
  ...(group.incrementalDialingTimeout !== undefined && {
    incremental_dialing_timeout: group.incrementalDialingTimeout,
  }),
});

const message = (spoken: SpokenMessage) =>
  "text" in spoken ? { type: "text", value: spoken.text } : { type: "media", value: spoken.media };

/** Converts a telephone number to international format without `+` (Call API v1 §4). */
const digits = (number: string): string => number.replaceAll(/\D/g, "");

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Clock, systemClock } from "../../clock.js";
import { isLoopback } from "../../config/loopback.js";
import type { Secret } from "../../config/secret.js";
import type { Proxy } from "../../proxy.js";
import { createJsonRpc } from "../json-rpc.js";
import type { SharedToken } from "../shared-token.js";
import { createTokenProvider, type TokenProvider } from "../token-provider.js";
import type { ConfirmSend } from "../uis-client.js";
import { type Answer, readAnswer } from "./answer.js";

/** Account and address of Call API v4.0 or Data API v2.0. */
export interface ApiOptions {
  /** For example `https://callapi.uiscom.ru/v4.0`. The host belongs to the brand where the account is registered. */
  url: string;
  /** A permanent key of a user, or a user's login and password. */
  access: { token: Secret } | { login: string; password: Secret };
  /** Session token that other processes with the same account share. Absent: this client logs in itself. */
  sharedToken?: SharedToken;
  /** Default: the system's clock. */
  clock?: Clock;
  /** Proxy through which UIS is reached by https. Default: none. */
  proxy?: Proxy | undefined;
}

/** How one request is sent. */
export interface RequestOptions {
  /** Seconds within which the answer must begin. */
  within: number;
  /** The JSON-RPC `id`. Default: a new UUID. */
  id?: string;
  /** Whether the request may be sent a second time with a new token, if UIS did not know the first token. */
  repeat?: boolean;
  confirmSend?: ConfirmSend;
}

/** Sends requests in the name of one account. */
export interface Connection {
  /** Sends a request once, unless `repeat` allows a second time, and checks the data of the answer. Never throws. */
  request: <Data>(
    method: string,
    params: object,
    data: z.ZodType<Data>,
    options: RequestOptions,
  ) => Promise<Answer<Data>>;
}

/** Seconds within which UIS must answer `login.user`. */
const LOGIN_WITHIN = 10;

/** `expire_at` is not used: a session token is renewed before its hour is over (Call API v4.0, "login.user"). */
const Login = z.object({ access_token: z.string().min(1).max(512) });

type Failed = Exclude<Answer, { kind: "result" }>;

/** @throws Error when the address is neither https nor on this machine */
export function createConnection(options: ApiOptions): Connection {
  const { url, access, sharedToken, clock = systemClock } = options;
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname)))
    throw new Error("the address of the API: use https://");
  // Plain http goes to this machine only, which is never reached through a proxy.
  const rpc = createJsonRpc(url, clock, protocol === "https:" ? options.proxy : undefined);

  async function send(
    method: string,
    params: object,
    secrets: readonly string[],
    { id = randomUUID(), within, confirmSend }: RequestOptions,
  ): Promise<Answer> {
    const reply = await rpc(method, id, params, within, confirmSend);
    return readAnswer(reply, id, [...secrets, ...numbersIn(params)]);
  }

  async function login(login: string, secret: Secret): Promise<{ token: string } | Failed> {
    const password = secret.reveal();
    const answer = await send("login.user", { login, password }, [password], { within: LOGIN_WITHIN });
    if (answer.kind !== "result") return answer;
    const data = Login.safeParse(answer.data);
    return data.success
      ? { token: data.data.access_token }
      : { kind: "unclear", detail: "the answer to login.user has no token" };
  }

  const tokens: TokenProvider<Failed> =
    "token" in access
      ? permanent(access.token)
      : createTokenProvider<Failed>((refused) => {
          const authenticate = () => login(access.login, access.password);
          return sharedToken?.obtain(authenticate, refused) ?? authenticate();
        }, clock);

  async function request<Data>(
    method: string,
    params: object,
    schema: z.ZodType<Data>,
    given: RequestOptions,
  ): Promise<Answer<Data>> {
    const got = await tokens.get();
    // A login starts no call, so a login without an answer proves that this request was not sent.
    if ("kind" in got) return got.kind === "unclear" ? { kind: "unsent", detail: got.detail } : got;
    const { token } = got;
    const answer = await send(method, { access_token: token, ...params }, [token], given);
    if (answer.kind === "error" && answer.error.mnemonic === "access_token_invalid") {
      const isWorthwhile = tokens.refused(token);
      if (isWorthwhile && given.repeat === true)
        return request(method, params, schema, { ...given, repeat: false });
      // Another login would not help, so this is an error of the configuration.
      return isWorthwhile ? answer : { ...answer, error: { ...answer.error, class: "configuration" } };
    }
    if (answer.kind === "unsent" || answer.kind === "unclear") return answer;
    if (answer.kind === "error") {
      if (answer.error.class !== "configuration" && answer.error.class !== "unclear") tokens.accepted(token);
      return answer;
    }
    tokens.accepted(token);
    const data = schema.safeParse(answer.data);
    return data.success
      ? { ...answer, data: data.data }
      : { kind: "unclear", detail: `the data of the answer to ${method} are not as documented` };
  }

  return { request };
}

/** Provides a key that does not change. If UIS refuses it, there is no other one. */
const permanent = (secret: Secret): TokenProvider<Failed> => ({
  get: () => Promise.resolve({ token: secret.reveal() }),
  accepted: () => undefined,
  refused: () => false,
});

/** Returns all texts in the parameters that look like telephone numbers, so that they can be masked. */
function numbersIn(params: unknown): string[] {
  if (typeof params === "string") return /^\+?\d{5,}$/.test(params) ? [params] : [];
  if (typeof params !== "object" || params === null) return [];
  return Object.values(params).flatMap(numbersIn);
}

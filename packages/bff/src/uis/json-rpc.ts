import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Clock, systemClock } from "../clock.js";
import { post } from "../http-client.js";
import { alwaysSend, type ConfirmSend } from "./uis-client.js";

/** Result of one POST: a complete answer, or a fault with whether the request may have reached UIS. */
export type Reply =
  { kind: "answer"; status: number; body: string } | { kind: "fault"; sent: boolean; code: string };

/**
 * Sends one request.
 *
 * @param answerWithin seconds until the answer begins
 */
export type JsonRpc = (
  method: string,
  id: number,
  params: object,
  answerWithin: number,
  confirmSend?: ConfirmSend,
) => Promise<Reply>;

/** Limits of one request to UIS. The time until the answer begins depends on the method and is passed in. */
export const REQUEST_LIMITS = {
  /** Milliseconds for DNS, connection and TLS together. */
  connectMs: 6000,
  /** Milliseconds for the answer once it has begun. */
  readMs: 5000,
  /**
   * Most milliseconds that `confirmSend` may take. A process suspended for longer may count as gone, and its call may
   * be with a person already.
   */
  leaveMs: 5000,
  /** Most bytes of an answer; documented ones have a few hundred. */
  answerBytes: 64 * 1024,
};

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  accept: "application/json",
};

/**
 * Makes a function that sends a JSON-RPC 2.0 request and reads its answer. It never repeats a request, and follows no
 * redirect, which would send the session key elsewhere. Each request has a fresh connection: UIS might close a kept
 * one during the request, and the outcome would be unknown. A fault before the connection is handed to HTTP proves
 * that nothing was sent.
 */
export function createJsonRpc(url: string, clock: Clock = systemClock): JsonRpc {
  return async (method, id, params, answerWithin, confirmSend = alwaysSend) => {
    const connection = new Connection(new URL(url), confirmSend, clock);
    try {
      const { status, body } = await post({
        url,
        headers: HEADERS,
        body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
        agent: connection.agents,
        timeout: { response: answerWithin * 1000, read: REQUEST_LIMITS.readMs },
        answerBytes: REQUEST_LIMITS.answerBytes,
      });
      return { kind: "answer", status, body: body.toString("utf8") };
    } catch (error) {
      return { kind: "fault", sent: connection.sent, code: faultCode(error) };
    } finally {
      connection.destroy();
    }
  };
}

/** Connection of one request. HTTP gets it only once it is open and `confirmSend` has agreed. */
class Connection {
  /** Agent for got, under the name of the URL's protocol. */
  readonly agents: { http: HttpAgent } | { https: HttpsAgent };
  readonly #confirmSend: ConfirmSend;
  readonly #clock: Clock;
  #socket: Socket | undefined;
  /** Bytes written before HTTP got the socket: TLS's, or none. */
  #writtenBefore: number | undefined;

  constructor(url: URL, confirmSend: ConfirmSend, clock: Clock) {
    this.#confirmSend = confirmSend;
    this.#clock = clock;
    this.agents = url.protocol === "https:" ? { https: new HttpsAgent() } : { http: new HttpAgent() };
    for (const agent of Object.values<HttpAgent>(this.agents)) {
      // Node's agents accept a socket later, by callback, when none is returned.
      agent.createConnection = (_options, callback) => {
        this.#open(url).then(
          (socket) => callback?.(null, socket),
          (error: unknown) => callback?.(error as Error, undefined as unknown as Socket),
        );
        return undefined;
      };
    }
  }

  /** Whether any byte of the request may have been sent. */
  get sent(): boolean {
    return this.#writtenBefore !== undefined && this.#socket?.bytesWritten !== this.#writtenBefore;
  }

  destroy(): void {
    this.#socket?.destroy();
  }

  /**
   * Opens the connection and asks `confirmSend`.
   *
   * @throws Error with a `code` when the connection fails or must not be used; then nothing was sent
   */
  async #open(url: URL): Promise<Socket> {
    const socket = await this.#connect(url);
    const asked = this.#clock.monotonic();
    if (!(await this.#confirmSend())) throw new NotSent("WITHDRAWN");
    if (this.#clock.monotonic() - asked > REQUEST_LIMITS.leaveMs) throw new NotSent("ETIMEDOUT");
    if (socket.destroyed) throw new NotSent("ECONNRESET");
    this.#writtenBefore = socket.bytesWritten;
    return socket;
  }

  #connect({ protocol, hostname, port }: URL): Promise<Socket> {
    const host = hostname.replace(/^\[|\]$/g, "");
    const secure = protocol === "https:";
    const socket = secure
      ? connectTls({
          host,
          port: Number(port || 443),
          ...(isIP(host) === 0 && { servername: host }),
          ALPNProtocols: ["http/1.1"],
          minVersion: "TLSv1.2",
        })
      : connectTcp({ host, port: Number(port || 80) });
    this.#socket = socket;
    // Listens for the socket's whole life, because HTTP listens only from the hand-over on.
    socket.on("error", () => undefined);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(new NotSent("ETIMEDOUT")), REQUEST_LIMITS.connectMs);
      socket.once(secure ? "secureConnect" : "connect", () => {
        clearTimeout(timer);
        resolve(socket);
      });
      socket.once("error", reject);
      socket.once("close", () => {
        clearTimeout(timer);
        reject(new NotSent("ECONNRESET"));
      });
    });
  }
}

class NotSent extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`nothing was sent: ${code}`);
    this.code = code;
  }
}

const faultCode = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === "string" ? code : (name ?? "unknown");
};

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Clock, systemClock } from "../clock.js";
import { type HttpAnswer, post } from "../http-client.js";
import { openTunnel, type Proxy, proxyFor } from "../proxy.js";
import { alwaysSend, type ConfirmSend } from "./uis-client.js";

/**
 * Result of one POST request: a complete answer, or a fault. For a fault, `sent` tells whether the request may
 * have reached UIS.
 */
export type Reply =
  { kind: "answer"; status: number; body: string } | { kind: "fault"; sent: boolean; code: string };

/**
 * Sends one JSON-RPC request.
 *
 * @param answerWithin seconds within which the answer must begin
 */
export type JsonRpc = (
  method: string,
  id: number | string,
  params: object,
  answerWithin: number,
  confirmSend?: ConfirmSend,
) => Promise<Reply>;

/**
 * Limits of one request to UIS. The time until the answer begins is not among them: it depends on the method
 * and is passed as an argument.
 */
export const REQUEST_LIMITS = {
  /** Milliseconds for the DNS lookup, the connection and TLS together. */
  connectMs: 6000,
  /** Milliseconds for the rest of the answer after it has begun. */
  readMs: 5000,
  /**
   * Maximum number of milliseconds that `confirmSend` may take. If the process was suspended for longer, other
   * instances may think that it has crashed, and its call may have been handed to a person already.
   */
  leaveMs: 5000,
  /** Maximum length of an answer in bytes. Documented answers have a few hundred. */
  answerBytes: 64 * 1024,
};

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  accept: "application/json",
};

/**
 * Returns a function that sends a JSON-RPC 2.0 request and reads its answer. The function never repeats a
 * request. It follows no redirect, because that would send the session key to another address. It opens a new
 * connection for each request: UIS might close a reused connection during the request, and the outcome would be
 * unknown. A fault before the connection is handed over to the HTTP client proves that nothing was sent, also
 * where a proxy did not open its tunnel.
 */
export function createJsonRpc(url: string, clock: Clock = systemClock, proxy?: Proxy): JsonRpc {
  const through = proxyFor(new URL(url), proxy);
  return async (method, id, params, answerWithin, confirmSend = alwaysSend) => {
    const connection = new Connection(new URL(url), confirmSend, clock, through);
    try {
      const answer = await post({
        url,
        headers: HEADERS,
        body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
        agent: connection.agents,
        timeout: { response: answerWithin * 1000, read: REQUEST_LIMITS.readMs },
        answerBytes: REQUEST_LIMITS.answerBytes,
      });
      return { kind: "answer", status: answer.status, body: (await unpacked(answer)).toString("utf8") };
    } catch (error) {
      return { kind: "fault", sent: connection.sent, code: faultCode(error) };
    } finally {
      connection.destroy();
    }
  };
}

const gunzipped = promisify(gunzip);

/**
 * Returns the body of an answer. Some proxies compress answers although the request asks for none, so a body in
 * gzip is unpacked, up to the maximum length of an answer.
 *
 * @throws Error with a `code` when the body is not gzip, or too long
 */
async function unpacked({ encoding, body }: HttpAnswer): Promise<Buffer> {
  if (encoding !== "gzip" && encoding !== "x-gzip") return body;
  return gunzipped(body, { maxOutputLength: REQUEST_LIMITS.answerBytes });
}

/**
 * Connection of one request. The HTTP client gets the socket only after the connection is open and
 * `confirmSend` has agreed.
 */
class Connection {
  /** Agent for got, stored under the protocol of the URL. */
  readonly agents: { http: HttpAgent } | { https: HttpsAgent };
  readonly #confirmSend: ConfirmSend;
  readonly #clock: Clock;
  readonly #proxy: URL | undefined;
  #socket: Socket | undefined;
  /** Number of bytes that TLS had written when the HTTP client got the socket. Undefined until then. */
  #writtenBefore: number | undefined;

  constructor(url: URL, confirmSend: ConfirmSend, clock: Clock, proxy: URL | undefined) {
    this.#proxy = proxy;
    this.#confirmSend = confirmSend;
    this.#clock = clock;
    this.agents = url.protocol === "https:" ? { https: new HttpsAgent() } : { http: new HttpAgent() };
    for (const agent of Object.values<HttpAgent>(this.agents)) {
      // Returns undefined and passes the socket to the callback later, which Node's agents allow.
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
   * Opens the connection and calls `confirmSend`.
   *
   * @throws Error with a `code` when the connection fails or must not be used; in both cases nothing was sent
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

  async #connect(url: URL): Promise<Socket> {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const secure = url.protocol === "https:";
    const port = Number(url.port || (secure ? 443 : 80));
    const late = AbortSignal.timeout(REQUEST_LIMITS.connectMs);
    const tunnel = this.#proxy && (await openTunnel(this.#proxy, host, port, late));
    const socket = secure
      ? connectTls({
          ...(tunnel === undefined ? { host, port } : { socket: tunnel }),
          ...(isIP(host) === 0 && { servername: host }),
          ALPNProtocols: ["http/1.1"],
          minVersion: "TLSv1.2",
        })
      : (tunnel ?? connectTcp({ host, port }));
    this.#socket = socket;
    // Listens for errors during the whole life of the socket, because the HTTP client listens only after the
    // hand-over.
    socket.on("error", () => undefined);
    if (socket === tunnel) return socket;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => void socket.destroy(new NotSent("ETIMEDOUT"));
      late.addEventListener("abort", giveUp);
      if (late.aborted) giveUp();
      socket.once(secure ? "secureConnect" : "connect", () => {
        late.removeEventListener("abort", giveUp);
        resolve(socket);
      });
      socket.once("error", reject);
      socket.once("close", () => {
        late.removeEventListener("abort", giveUp);
        tunnel?.destroy();
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

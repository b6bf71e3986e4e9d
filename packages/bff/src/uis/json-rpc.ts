import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Clock, systemClock } from "../clock.js";
import { post } from "../http-client.js";
import { alwaysSend, type ConfirmSend } from "./uis-client.js";

/** What came of one POST: a whole answer, or a fault and whether the request can have reached the other side. */
export type Reply =
  { kind: "answer"; status: number; body: string } | { kind: "fault"; sent: boolean; code: string };

/** @param answerWithin seconds until the answer begins */
export type JsonRpc = (
  method: string,
  id: number,
  params: object,
  answerWithin: number,
  confirmSend?: ConfirmSend,
) => Promise<Reply>;

/** What a request to UIS may take; the answer's beginning has a time of its own, by its method. */
export const REQUEST_LIMITS = {
  /** Milliseconds for name, connection and TLS together. */
  connectMs: 6000,
  /** Milliseconds for the whole answer once it has begun. */
  readMs: 5000,
  /**
   * Milliseconds that leave to send may have taken: a process that stood still for longer may have been given up for
   * gone, and its call left to a person.
   */
  leaveMs: 5000,
  /** Longest answer we read; the documented ones have a few hundred. */
  answerBytes: 64 * 1024,
};

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  accept: "application/json",
};

/**
 * Sends JSON-RPC 2.0 requests and reads an answer to each. Never repeats, never follows a redirect (it would carry the
 * session key elsewhere). Each request has a fresh connection: one that was kept could be closed by UIS under the
 * request, whose outcome would be unknown. A fault before the connection is handed over to HTTP proves that nothing was
 * sent.
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

/** The connection of one request. HTTP gets to see it only when it stands and may be written to. */
class Connection {
  /** For got, which takes the one that the URL's protocol needs. */
  readonly agents: { http: HttpAgent } | { https: HttpsAgent };
  readonly #confirmSend: ConfirmSend;
  readonly #clock: Clock;
  #socket: Socket | undefined;
  /** Bytes that TLS, or nothing, had written when HTTP got to see it. */
  #writtenBefore: number | undefined;

  constructor(url: URL, confirmSend: ConfirmSend, clock: Clock) {
    this.#confirmSend = confirmSend;
    this.#clock = clock;
    this.agents = url.protocol === "https:" ? { https: new HttpsAgent() } : { http: new HttpAgent() };
    for (const agent of Object.values<HttpAgent>(this.agents)) {
      // Node's agents take a socket later, by the callback, where none is returned.
      agent.createConnection = (_options, callback) => {
        this.#open(url).then(
          (socket) => callback?.(null, socket),
          (error: unknown) => callback?.(error as Error, undefined as unknown as Socket),
        );
        return undefined;
      };
    }
  }

  /** Whether bytes of the request may have left. */
  get sent(): boolean {
    return this.#writtenBefore !== undefined && this.#socket?.bytesWritten !== this.#writtenBefore;
  }

  destroy(): void {
    this.#socket?.destroy();
  }

  /** @throws Error with a `code` when the connection does not stand or may not be used: nothing has been sent then */
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
    // Heard for as long as it lives: HTTP listens only once it has it.
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

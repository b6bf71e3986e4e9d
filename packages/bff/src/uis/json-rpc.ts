import { once } from "node:events";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { got, RequestError } from "got";
import type { MayISend } from "./uis-client.js";

/** What came of one POST: a whole answer, or a fault and whether the request can have reached the other side. */
export type Reply =
  { kind: "answer"; status: number; body: string } | { kind: "fault"; sent: boolean; code: string };

export type SendRequest = (
  method: string,
  id: number,
  params: object,
  answerWithin: number,
  mayISend?: MayISend,
) => Promise<Reply>;

/** Longest answer we read, in bytes; the documented ones have a few hundred. */
const ANSWER_LIMIT = 64 * 1024;

/** Milliseconds for name, connection and TLS together. */
const CONNECT_WITHIN = 6000;

/**
 * Makes a function that sends one JSON-RPC 2.0 request and reads one answer. Never repeats, never follows a
 * redirect (it would carry the session key elsewhere), and takes a fresh connection each time, so that a fault before
 * the connection stood proves that nothing was sent.
 */
export function createJsonRpc(url: string): SendRequest {
  return async (method, id, params, answerWithin, mayISend = always) => {
    const connection = new Connection(mayISend);
    const oversize = new AbortController();
    const request = got.post(url, {
      body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
      headers: {
        "content-type": "application/json; charset=utf-8",
        accept: "application/json",
        "user-agent": "uis-call-button",
      },
      agent: connection.agents,
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      responseType: "buffer",
      signal: oversize.signal,
      timeout: { send: 2000, response: answerWithin * 1000, read: 5000 },
    });
    void request.on("downloadProgress", ({ transferred }) => {
      if (transferred > ANSWER_LIMIT) oversize.abort();
    });
    try {
      const { statusCode, rawBody } = await request;
      return { kind: "answer", status: statusCode, body: Buffer.from(rawBody).toString("utf8") };
    } catch (error) {
      return { kind: "fault", sent: connection.handedOver, code: faultCode(error) };
    }
  };
}

const always: MayISend = () => Promise.resolve(true);

type HandOver = (error: Error | null, socket?: Socket) => void;

/** The fresh connection of one request. HTTP gets to see it only when it stands and may be written to. */
class Connection {
  readonly agents: { http: HttpAgent; https: HttpsAgent };
  /** From here on bytes may have left. */
  handedOver = false;
  readonly #mayISend: MayISend;

  constructor(mayISend: MayISend) {
    this.#mayISend = mayISend;
    const http = new HttpAgent({ keepAlive: false });
    const https = new HttpsAgent({ keepAlive: false, minVersion: "TLSv1.2" });
    this.#holdBack(http, "connect");
    // A TLS socket says "connect" too, before the handshake: only its end counts.
    this.#holdBack(https, "secureConnect");
    this.agents = { http, https };
  }

  /** Node takes a socket from `createConnection` by callback as well (nodejs.org, `agent.createConnection`). */
  #holdBack(agent: HttpAgent | HttpsAgent, established: "connect" | "secureConnect"): void {
    const connect = agent.createConnection.bind(agent) as (options: object) => Socket;
    const holding = (options: object, handOver: HandOver): undefined => {
      const socket = connect(options);
      void this.#prepare(socket, established).then(
        () => {
          this.handedOver = true;
          handOver(null, socket);
        },
        (error: unknown) => {
          socket.destroy();
          handOver(error as Error);
        },
      );
    };
    Object.assign(agent, { createConnection: holding });
  }

  async #prepare(socket: Socket, established: "connect" | "secureConnect"): Promise<void> {
    const broken = new AbortController();
    const fail = (error: Error): void => broken.abort(error);
    const closed = (): void => fail(new NotSent("ECONNRESET"));
    socket.once("error", fail).once("close", closed);
    const timer = setTimeout(() => fail(new NotSent("ETIMEDOUT")), CONNECT_WITHIN);
    try {
      await once(socket, established, { signal: broken.signal }).catch(() => broken.signal.throwIfAborted());
      if (!(await this.#mayISend())) throw new NotSent("WITHDRAWN");
      // It may have broken while we asked.
      broken.signal.throwIfAborted();
    } finally {
      clearTimeout(timer);
      socket.off("error", fail).off("close", closed);
      // What breaks between here and HTTP's own listeners, in the same turn, is nobody's surprise.
      socket.once("error", () => undefined);
    }
  }
}

class NotSent extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`nothing was sent: ${code}`);
    this.code = code;
  }
}

const faultCode = (error: unknown): string =>
  error instanceof RequestError ? error.code : error instanceof Error ? error.name : "unknown";

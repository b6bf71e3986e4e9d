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
  const post = got.extend({
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      accept: "application/json",
      "user-agent": "uis-call-button",
    },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    responseType: "buffer",
  });
  const encrypted = new URL(url).protocol === "https:";
  return async (method, id, params, answerWithin, mayISend = always) => {
    const connection = new Connection(encrypted, mayISend);
    const oversize = new AbortController();
    const request = post(url, {
      body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
      agent: connection.agent,
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
  readonly agent: { http: HttpAgent } | { https: HttpsAgent };
  /** From here on bytes may have left. */
  handedOver = false;
  readonly #mayISend: MayISend;

  constructor(encrypted: boolean, mayISend: MayISend) {
    this.#mayISend = mayISend;
    if (encrypted) {
      const https = new HttpsAgent({ keepAlive: false, minVersion: "TLSv1.2" });
      // A TLS socket says "connect" too, before the handshake: only its end counts.
      this.#holdBack(https, "secureConnect");
      this.agent = { https };
    } else {
      const http = new HttpAgent({ keepAlive: false });
      this.#holdBack(http, "connect");
      this.agent = { http };
    }
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

  /** Resolves when the connection stands and may be written to; rejects if it breaks before, while we ask included. */
  #prepare(socket: Socket, established: "connect" | "secureConnect"): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        socket.off("error", end).off("close", closed);
        // What breaks between here and HTTP's own listeners, in the same turn, is nobody's surprise.
        socket.once("error", () => undefined);
        if (error === undefined) resolve();
        else reject(error);
      };
      const closed = (): void => end(new NotSent("ECONNRESET"));
      const timer = setTimeout(() => end(new NotSent("ETIMEDOUT")), CONNECT_WITHIN);
      const ask = (): void => {
        this.#mayISend().then(
          (may) => end(may ? undefined : new NotSent("WITHDRAWN")),
          (error: unknown) => end(error as Error),
        );
      };
      socket.once("error", end).once("close", closed).once(established, ask);
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

const faultCode = (error: unknown): string =>
  error instanceof RequestError ? error.code : error instanceof Error ? error.name : "unknown";

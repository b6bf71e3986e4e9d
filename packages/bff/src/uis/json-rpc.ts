import type { Socket } from "node:net";
import { buildConnector, Client } from "undici";
import { type Clock, systemClock } from "../clock.js";
import type { MayISend } from "./uis-client.js";

/** What came of one POST: a whole answer, or a fault and whether the request can have reached the other side. */
export type Reply =
  { kind: "answer"; status: number; body: string } | { kind: "fault"; sent: boolean; code: string };

/** @param answerWithin seconds until the answer begins */
export type JsonRpc = (
  method: string,
  id: number,
  params: object,
  answerWithin: number,
  mayISend?: MayISend,
) => Promise<Reply>;

/** What a request to UIS may take; the answer's beginning has a time of its own, by its method. */
export const REQUEST_LIMITS = {
  /** Milliseconds for name, connection and TLS together. */
  connectMs: 6000,
  /** Milliseconds for the whole answer once it has begun. */
  readMs: 5000,
  /**
   * Milliseconds after an answer within which its connection is used again. Servers that close one nobody uses wait
   * longer, and those that say otherwise are heeded: a request that meets the closing would be of unknown outcome.
   */
  idleMs: 1000,
  /**
   * Milliseconds that leave to send may have taken: whoever stood still for longer may have been given up for gone, and
   * the call left to a person.
   */
  leaveMs: 5000,
  /** Longest answer we read; the documented ones have a few hundred. */
  answerBytes: 64 * 1024,
};

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  accept: "application/json",
  "user-agent": "uis-call-button",
};

/**
 * Sends JSON-RPC 2.0 requests and reads an answer to each. Never repeats, never follows a redirect (it
 * would carry the session key elsewhere). Each request has a connection to itself; one that has just carried an answer
 * is used again within {@link REQUEST_LIMITS.idleMs}. Whatever goes wrong before a connection is handed over to HTTP
 * proves that nothing was sent.
 */
export function createJsonRpc(url: string, clock: Clock = systemClock): JsonRpc {
  const { origin, pathname, search } = new URL(url);
  const connect = buildConnector({
    timeout: REQUEST_LIMITS.connectMs,
    minVersion: "TLSv1.2",
    allowH2: false,
  });
  /** The one used last is at the end: of all it is the least likely to be about to be closed. */
  let idle: Connection[] = [];
  return async (method, id, params, answerWithin, mayISend = always) => {
    idle = idle.filter((connection) => connection.stands(clock));
    let connection = idle.pop();
    let reading: NodeJS.Timeout | undefined;
    try {
      connection ??= await Connection.open(origin, connect);
      await connection.permitted(mayISend, clock);
      const { statusCode, body } = await connection.client.request({
        method: "POST",
        path: pathname + search,
        headers: HEADERS,
        body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
        headersTimeout: answerWithin * 1000,
      });
      // bodyTimeout is for each pause alone.
      reading = setTimeout(() => body.destroy(new Unanswered()), REQUEST_LIMITS.readMs);
      const text = await body.text();
      // Whoever answers otherwise may have left the request unread, and answer it once more.
      if (statusCode === 200) idle.push(connection.atRest(clock));
      else connection.destroy();
      return { kind: "answer", status: statusCode, body: text };
    } catch (error) {
      const sent = connection?.sent ?? false;
      connection?.destroy();
      return { kind: "fault", sent, code: faultCode(error) };
    } finally {
      clearTimeout(reading);
    }
  };
}

const always: MayISend = () => Promise.resolve(true);

type Connect = buildConnector.connector;

/** A connection that stands, for one request at a time. HTTP gets to see it only when it may be written to. */
class Connection {
  readonly client: Client;
  readonly #socket: Socket;
  /** Bytes that had been written when HTTP got to see it for this request; none before that. */
  #writtenBefore: number | undefined;
  /** Monotonic, as of the last answer. */
  #restsSince = 0;

  /** @throws Error with a `code`; nothing has been sent then */
  static open(origin: string, connect: Connect): Promise<Connection> {
    const { protocol, hostname, port, host } = new URL(origin);
    const name = hostname.replace(/^\[|\]$/g, "");
    return new Promise((resolve, reject) => {
      connect({ protocol, hostname: name, port, host }, (error, socket) => {
        if (error === null) resolve(new Connection(origin, socket));
        else reject(error);
      });
    });
  }

  private constructor(origin: string, socket: Socket) {
    this.#socket = socket;
    // HTTP hears of it as well, and before HTTP has it nothing is lost.
    socket.on("error", () => undefined);
    let used = false;
    this.client = new Client(origin, {
      connect: (_options, callback) => {
        // undici would connect again for a request it has not written yet.
        const gone = used || socket.destroyed;
        used = true;
        // It does not hear of a connection at once.
        queueMicrotask(() => {
          if (gone) callback(new NotSent("ECONNRESET"), null);
          else callback(null, socket);
        });
      },
      bodyTimeout: REQUEST_LIMITS.readMs,
      maxResponseSize: REQUEST_LIMITS.answerBytes,
      // Later than we stop using it, or it would be closed under a request.
      keepAliveTimeout: 2 * REQUEST_LIMITS.idleMs,
      keepAliveMaxTimeout: 2 * REQUEST_LIMITS.idleMs,
      keepAliveTimeoutThreshold: REQUEST_LIMITS.idleMs,
    });
  }

  atRest(clock: Clock): this {
    this.#restsSince = clock.monotonic();
    return this;
  }

  /** Whether it can be used again. A timer alone would be late where the process has stood still. */
  stands(clock: Clock): boolean {
    return !this.#socket.destroyed && clock.monotonic() - this.#restsSince < REQUEST_LIMITS.idleMs;
  }

  /** Whether bytes of the request may have left. */
  get sent(): boolean {
    return this.#writtenBefore !== undefined && this.#socket.bytesWritten !== this.#writtenBefore;
  }

  destroy(): void {
    void this.client.destroy();
    // The client knows it only once it has sent something.
    this.#socket.destroy();
  }

  /**
   * Resolves when the connection may be written to.
   *
   * @throws NotSent when it may not, or breaks while we ask, or we took too long over it; what `mayISend` throws
   */
  async permitted(mayISend: MayISend, clock: Clock): Promise<void> {
    this.#writtenBefore = undefined;
    const asked = clock.monotonic();
    if (!(await mayISend())) throw new NotSent("WITHDRAWN");
    if (clock.monotonic() - asked > REQUEST_LIMITS.leaveMs) throw new NotSent("ETIMEDOUT");
    if (this.#socket.destroyed) throw new NotSent("ECONNRESET");
    this.#writtenBefore = this.#socket.bytesWritten;
  }
}

class NotSent extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`nothing was sent: ${code}`);
    this.code = code;
  }
}

class Unanswered extends Error {
  readonly code = "ETIMEDOUT";
}

const faultCode = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === "string" ? code : (name ?? "unknown");
};

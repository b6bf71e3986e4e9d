import type { Socket } from "node:net";
import { buildConnector, Client } from "undici";
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

/** What a request to UIS may take; the answer's beginning has a time of its own, by its method. */
export const REQUEST_LIMITS = {
  /** Milliseconds for name, connection and TLS together. */
  connectMs: 6000,
  /** Milliseconds for the whole answer once it has begun. */
  readMs: 5000,
  /** Longest answer we read; the documented ones have a few hundred. */
  answerBytes: 64 * 1024,
};

const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  accept: "application/json",
  "user-agent": "uis-call-button",
};

/**
 * Makes a function that sends one JSON-RPC 2.0 request and reads one answer. Never repeats, never follows a
 * redirect (it would carry the session key elsewhere), and takes a fresh connection each time, so that a fault before
 * the connection stood proves that nothing was sent.
 */
export function createJsonRpc(url: string): SendRequest {
  const { origin, pathname, search } = new URL(url);
  const connect = buildConnector({
    timeout: REQUEST_LIMITS.connectMs,
    minVersion: "TLSv1.2",
    allowH2: false,
  });
  return async (method, id, params, answerWithin, mayISend = always) => {
    const connection = new Connection(connect, mayISend);
    const client = new Client(origin, {
      connect: connection.establish,
      headersTimeout: answerWithin * 1000,
      bodyTimeout: REQUEST_LIMITS.readMs,
      maxResponseSize: REQUEST_LIMITS.answerBytes,
    });
    let reading: NodeJS.Timeout | undefined;
    try {
      const { statusCode, body } = await client.request({
        method: "POST",
        path: pathname + search,
        headers: HEADERS,
        body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
        // One request, one connection.
        reset: true,
      });
      // bodyTimeout is for each pause alone.
      reading = setTimeout(() => body.destroy(new Unanswered()), REQUEST_LIMITS.readMs);
      return { kind: "answer", status: statusCode, body: await body.text() };
    } catch (error) {
      return { kind: "fault", sent: connection.handedOver, code: faultCode(error) };
    } finally {
      clearTimeout(reading);
      void client.destroy();
    }
  };
}

const always: MayISend = () => Promise.resolve(true);

type Connect = buildConnector.connector;

/** The fresh connection of one request. HTTP gets to see it only when it stands and may be written to. */
class Connection {
  /** From here on bytes may have left. */
  handedOver = false;
  readonly #connect: Connect;
  readonly #mayISend: MayISend;
  #asked = false;

  constructor(connect: Connect, mayISend: MayISend) {
    this.#connect = connect;
    this.#mayISend = mayISend;
  }

  /** An undici connector (undici.nodejs.org, "Connector"): calls back with a socket, or an error. */
  readonly establish: Connect = (options, callback) => {
    // undici would connect again for a request it has not written yet.
    if (this.#asked) {
      callback(new NotSent("ECONNRESET"), null);
      return;
    }
    this.#asked = true;
    this.#connect(options, (error, socket) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      void this.#permitted(socket).then(
        () => {
          this.handedOver = true;
          callback(null, socket);
        },
        (refusal: unknown) => {
          socket.destroy();
          callback(refusal as Error, null);
        },
      );
    });
  };

  /** Resolves when the connection may be written to; rejects if it breaks while we ask. */
  #permitted(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        socket.off("error", end).off("close", closed);
        // What breaks between here and undici's own listeners, in the same turn, is nobody's surprise.
        socket.once("error", () => undefined);
        if (error === undefined) resolve();
        else reject(error);
      };
      const closed = (): void => end(new NotSent("ECONNRESET"));
      socket.once("error", end).once("close", closed);
      this.#mayISend().then(
        (may) => end(may ? undefined : new NotSent("WITHDRAWN")),
        (error: unknown) => end(error as Error),
      );
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

class Unanswered extends Error {
  readonly code = "ETIMEDOUT";
}

const faultCode = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === "string" ? code : (name ?? "unknown");
};

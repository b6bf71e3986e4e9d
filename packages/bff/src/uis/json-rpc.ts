import { Agent as HttpAgent, type ClientRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { got, RequestError } from "got";

/** What came of one POST: a whole answer, or a fault and whether the request can have reached the other side. */
export type Reply =
  { kind: "answer"; status: number; body: string } | { kind: "fault"; sent: boolean; code: string };

export type SendRequest = (
  method: string,
  id: number,
  params: object,
  answerWithin: number,
) => Promise<Reply>;

/** Longest answer we read, in bytes; the documented ones have a few hundred. */
const ANSWER_LIMIT = 64 * 1024;

/**
 * Makes a function that sends one JSON-RPC 2.0 request and reads one answer. Never repeats, never follows a
 * redirect (it would carry the session key elsewhere), and takes a fresh connection each time, so that a fault before
 * the connection stood proves that nothing was sent.
 */
export function createJsonRpc(url: string): SendRequest {
  return async (method, id, params, answerWithin) => {
    const connection = { established: false };
    const oversize = new AbortController();
    const request = got.post(url, {
      body: JSON.stringify({ jsonrpc: "2.0", method, id, params }),
      headers: {
        "content-type": "application/json; charset=utf-8",
        accept: "application/json",
        "user-agent": "uis-call-button",
      },
      agent: {
        http: new HttpAgent({ keepAlive: false }),
        https: new HttpsAgent({ keepAlive: false, minVersion: "TLSv1.2" }),
      },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      responseType: "buffer",
      signal: oversize.signal,
      timeout: {
        lookup: 3000,
        connect: 3000,
        secureConnect: 3000,
        send: 2000,
        response: answerWithin * 1000,
        read: 5000,
      },
    });
    void request.on("request", (message: ClientRequest) => {
      message.once("socket", (socket) => {
        // A TLS socket says "connect" too, before the handshake: only its end counts.
        const event = "encrypted" in socket ? "secureConnect" : "connect";
        socket.once(event, () => (connection.established = true));
      });
    });
    void request.on("downloadProgress", ({ transferred }) => {
      if (transferred > ANSWER_LIMIT) oversize.abort();
    });
    try {
      const { statusCode, rawBody } = await request;
      return { kind: "answer", status: statusCode, body: Buffer.from(rawBody).toString("utf8") };
    } catch (error) {
      return { kind: "fault", sent: connection.established, code: faultCode(error) };
    }
  };
}

const faultCode = (error: unknown): string =>
  error instanceof RequestError ? error.code : error instanceof Error ? error.name : "unknown";

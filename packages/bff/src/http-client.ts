import type { IncomingHttpHeaders } from "node:http";
import { type Agents, type Delays, got } from "got";

/** A POST request to an external server. */
export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Agent that opens the connection. It is used for this request only. */
  agent: Agents;
  /** Time limits in milliseconds, one per phase of the request. */
  timeout: Delays;
  /** Maximum length of the answer in bytes. */
  answerBytes: number;
  /**
   * Called with the HTTP status and headers as soon as they arrive. The connection may still fail before the body
   * is complete.
   */
  onHead?: (status: number, headers: IncomingHttpHeaders) => void;
}

/** An HTTP answer with any status. The body is as it was received: if it was compressed, it still is. */
export interface HttpAnswer {
  status: number;
  /** Value of `Content-Encoding` in lower case. Empty if the answer has no such header. */
  encoding: string;
  body: Buffer;
}

/** Sends a request once: no retry, no redirect, no decompression. */
const once = got.extend({
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
  decompress: false,
});

/**
 * Sends the request once and reads the whole answer.
 *
 * @throws RequestError of got. Its `code` is safe to log, but its message may quote the request. The code is
 *   `ERR_ABORTED` when the answer is too long
 */
export async function post({ url, headers, body, agent, timeout, ...rest }: Post): Promise<HttpAnswer> {
  const { answerBytes, onHead } = rest;
  const enough = new AbortController();
  const request = once.post(url, {
    headers: { ...headers, "user-agent": "uis-call-button", "accept-encoding": "identity" },
    body,
    agent,
    timeout,
    signal: enough.signal,
    responseType: "buffer",
  });
  if (onHead !== undefined) {
    // Listens to Node's "response" event, because got's own event comes only after the whole body.
    void request.on("request", (sent) => {
      sent.once("response", ({ statusCode = 0, headers }) => {
        onHead(statusCode, headers);
      });
    });
  }
  void request.on("downloadProgress", ({ transferred }) => {
    if (transferred > answerBytes) enough.abort();
  });
  const answer = await request;
  const encoding = answer.headers["content-encoding"]?.toLowerCase() ?? "";
  return { status: answer.statusCode, encoding, body: answer.body };
}

import { type Agents, type Delays, got } from "got";

/** One POST to an external server. */
export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Opens the connection; used for this request only. */
  agent: Agents;
  /** Time-outs in milliseconds, by phase. */
  timeout: Delays;
  /** Most bytes of an answer. */
  answerBytes: number;
  /** Called with the status as soon as it arrives; the rest of the answer may still break off. */
  onStatus?: (status: number) => void;
}

/** An answer with any status; the body is as received, still compressed. */
export interface HttpAnswer {
  status: number;
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
 * Posts once and reads the whole answer.
 *
 * @throws RequestError of got. Its `code` is safe to log; its message may quote what was sent. The code is
 *   `ERR_ABORTED` for an answer that is too long
 */
export async function post({ url, headers, body, agent, timeout, ...rest }: Post): Promise<HttpAnswer> {
  const { answerBytes, onStatus } = rest;
  const enough = new AbortController();
  const request = once.post(url, {
    headers: { ...headers, "user-agent": "uis-call-button" },
    body,
    agent,
    timeout,
    signal: enough.signal,
    responseType: "buffer",
  });
  if (onStatus !== undefined) {
    // Got's own "response" event waits for the end of the body.
    void request.on("request", (sent) => {
      sent.once("response", ({ statusCode = 0 }) => {
        onStatus(statusCode);
      });
    });
  }
  void request.on("downloadProgress", ({ transferred }) => {
    if (transferred > answerBytes) enough.abort();
  });
  const answer = await request;
  return { status: answer.statusCode, body: answer.body };
}

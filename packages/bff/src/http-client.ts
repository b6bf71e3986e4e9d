import { type Agents, type Delays, got } from "got";

/** One POST to a server of others. */
export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Opens the connection; used for this request alone. */
  agent: Agents;
  /** Milliseconds, by phase. */
  timeout: Delays;
  /** Longest answer that is read, in bytes. */
  answerBytes: number;
  /** Is told the status as soon as it is there: the rest of the answer may still break off. */
  onStatus?: (status: number) => void;
}

/** An answer as it came: any status, packed as it was. */
export interface HttpAnswer {
  status: number;
  body: Buffer;
}

/** Sends what it is given, to where it is told, once: no retry, no redirect, nothing unpacked. */
const once = got.extend({
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
  decompress: false,
});

/**
 * Posts once and reads the whole answer.
 *
 * @throws RequestError of got, whose `code` is fit for a log while its message may quote what was sent; with the code
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
    // Got's own "response" waits for the end of the body.
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

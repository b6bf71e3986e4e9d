import { type Call, isOver } from "@uis-call/shared";
import { createEventBuffer } from "better-sse";
import type { Request, Response } from "express";
import { BackgroundLoop } from "../background.js";
import type { CallFeed } from "../calls/call-feed.js";
import type { Clock } from "../clock.js";
import { isSessionAlive } from "../session/session.js";
import type { CallRow } from "../store/tables.js";
import { beginStream, whenOver } from "../http/connections.js";
import type { OpenStreams } from "../http/open-streams.js";

/**
 * Milliseconds between keep-alive comments. This is less than the idle time after which common proxies close a
 * connection.
 */
const KEEP_ALIVE_MS = 15_000;

/** Milliseconds after which a call is read again if other processes may change it. */
const READ_AGAIN_MS = 1000;

/**
 * Maximum length of a stream in milliseconds. This is less than the idle time of a session: the browser
 * reconnects afterwards and thereby keeps the session alive.
 */
const LONGEST_MS = 20 * 60_000;

/** Milliseconds that a browser waits before it reconnects. */
const RETRY_MS = 2000;

const HEAD = {
  "Content-Type": "text/event-stream",
  // `no-transform` prevents compression, which many applications apply to everything. It would hold events back
  // until its buffer is full.
  "Cache-Control": "no-store, no-transform",
  // Some proxies buffer the whole stream without this header.
  "X-Accel-Buffering": "no",
};

export interface Following {
  feed: CallFeed;
  /** Reads the call from the ledger. */
  read: () => Promise<CallRow | undefined>;
  /** Converts a call to the form that its session may see. */
  show: (call: CallRow) => Call;
  /** Whether other processes may change the call. The feed does not report their changes. */
  shared: boolean;
  streams: OpenStreams;
  clock: Clock;
}

/**
 * Streams the changes of a call as server-sent events named `call`. The first event is the current state; each
 * change follows until the call or the session is over.
 *
 * @throws Refusal `rate_limited` or `overloaded` when too many streams are open
 */
export async function followCall(
  request: Request,
  response: Response,
  call: CallRow,
  { feed, read, show, shared, streams, clock }: Following,
): Promise<void> {
  if (request.method === "HEAD") {
    // Ends the answer to HEAD at once, because Node sends its headers only at the end.
    response.type("text/event-stream").end();
    return;
  }
  const begin = (): void => {
    response.writeHead(200, HEAD).write(createEventBuffer().retry(RETRY_MS).dispatch().read());
  };
  if (isOver(call.status)) {
    begin();
    response.end(eventOf(show(call)));
    return;
  }
  const stopping = new AbortController();
  const { signal: over } = stopping;
  over.addEventListener(
    "abort",
    streams.open(call.principal, () => response.end()),
  );
  whenOver(response, () => stopping.abort());
  beginStream(response);
  if (over.aborted) return;
  begin();
  let last = "";
  const send = (call: CallRow): void => {
    if (over.aborted || last === call.status + call.updated_at) return;
    last = call.status + call.updated_at;
    response.write(eventOf(show(call)));
    if (isOver(call.status)) response.end();
  };
  // Subscribes before it reads the current state, so that no change in between is missed.
  over.addEventListener("abort", feed.subscribe(call.id, send));
  const readAndSend = async (): Promise<void> => {
    const present = await read();
    if (present !== undefined) send(present);
  };
  const every = (everyMs: number, turn: () => unknown): void => {
    // Ignores errors, because the loop tries again.
    const loop = new BackgroundLoop({ clock, everyMs, waitFirst: true, turn, onError: () => undefined });
    over.addEventListener("abort", () => void loop.stop());
    loop.start();
  };
  if (shared) every(READ_AGAIN_MS, readAndSend);
  every(KEEP_ALIVE_MS, async () => {
    response.write(":\n\n");
    // Looks at the session, because another process may have ended it.
    if (!(await isSessionAlive(request)) && !over.aborted) response.end();
  });
  void clock.sleep(LONGEST_MS, over).then((slept) => slept && response.end());
  await readAndSend();
}

const eventOf = (call: Call): string => createEventBuffer().push(call, "call").read();

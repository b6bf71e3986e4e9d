import { type Call, isOver } from "@uis-call/shared";
import { createEventBuffer } from "better-sse";
import type { Request, Response } from "express";
import { BackgroundLoop } from "../background.js";
import type { CallFeed } from "../calls/call-feed.js";
import type { Clock } from "../clock.js";
import type { CallRow } from "../store/tables.js";
import { beginStream, whenOver } from "../http/connections.js";
import type { OpenStreams } from "../http/open-streams.js";

/** Less than the idle time after which common proxies cut a connection, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/** How often a call is read again when other processes change it, too; milliseconds. */
const READ_AGAIN_MS = 1000;

/** Less than a session lasts without a request, milliseconds: whoever follows on has to show it then. */
const LONGEST_MS = 20 * 60_000;

/** Milliseconds after which a browser connects again. */
const RETRY_MS = 2000;

const HEAD = {
  "Content-Type": "text/event-stream",
  // Compressed, events would lie in the compressor until it is full: many applications have one for all answers.
  "Cache-Control": "no-store, no-transform",
  // Some proxies hold a stream back until it ends unless told so.
  "X-Accel-Buffering": "no",
};

export interface Following {
  feed: CallFeed;
  /** The call as the ledger has it. */
  read: () => Promise<CallRow | undefined>;
  /** The call as its session may see it. */
  show: (call: CallRow) => Call;
  /** Other processes change calls, and the feed does not hear of it. */
  shared: boolean;
  streams: OpenStreams;
  clock: Clock;
}

/**
 * Streams a call's changes as server-sent events named `call`: the present state first, until it is over.
 *
 * @throws Refusal `rate_limited` or `overloaded` where there are too many streams
 */
export async function followCall(
  request: Request,
  response: Response,
  call: CallRow,
  { feed, read, show, shared, streams, clock }: Following,
): Promise<void> {
  if (request.method === "HEAD") {
    // There would be no end to the answer, and Node sends none of it before.
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
  over.addEventListener("abort", streams.open(call.principal));
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
  // Subscribed before the present state is read, so that no change falls between the two.
  over.addEventListener("abort", feed.subscribe(call.id, send));
  const readAndSend = async (): Promise<void> => {
    const present = await read();
    if (present !== undefined) send(present);
  };
  const every = (everyMs: number, turn: () => unknown): void => {
    // A reading that fails is followed by another.
    const loop = new BackgroundLoop({ clock, everyMs, waitFirst: true, turn, onError: () => undefined });
    over.addEventListener("abort", () => void loop.stop());
    loop.start();
  };
  if (shared) every(READ_AGAIN_MS, readAndSend);
  every(KEEP_ALIVE_MS, () => response.write(":\n\n"));
  void clock.sleep(LONGEST_MS, over).then((slept) => slept && response.end());
  await readAndSend();
}

const eventOf = (call: Call): string => createEventBuffer().push(call, "call").read();

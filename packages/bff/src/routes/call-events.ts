import { isOver } from "@uis-call/shared";
import { createSession } from "better-sse";
import type { Request, Response } from "express";
import type { CallFeed } from "../calls/call-feed.js";
import type { Clock } from "../clock.js";
import type { CallRow } from "../store/tables.js";
import type { OpenStreams } from "./open-streams.js";
import { publicCall } from "./public-call.js";

/** Less than the idle time after which common proxies cut a connection, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/** How often a call is read again when other processes change it, too; milliseconds. */
const READ_AGAIN_MS = 1000;

/** Less than a session lasts without a request, milliseconds: whoever follows on has to show it then. */
const LONGEST_MS = 20 * 60_000;

export interface Following {
  feed: CallFeed;
  /** The call as the ledger has it. */
  read: () => Promise<CallRow | undefined>;
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
  { feed, read, shared, streams, clock }: Following,
): Promise<void> {
  if (request.method === "HEAD") {
    // There would be no end to the answer, and Node sends none of it before.
    response.type("text/event-stream").end();
    return;
  }
  const closed = untilClosed(response);
  // Whoever has gone while the call was read is told of by no event any more.
  if (closed.aborted) return;
  closed.addEventListener("abort", streams.open(call.principal));
  // Keeping alive is ours: the library's goes on for ever where the connection ends as the stream begins.
  const stream = await createSession(request, response, {
    keepAlive: null,
    retry: 2000,
    trustClientEventId: false,
    // Some proxies hold a stream back until it ends unless told so.
    headers: { "cache-control": "no-store", "x-accel-buffering": "no" },
  });
  if (isClosed(closed)) return;
  let last = "";
  const send = (call: CallRow): void => {
    if (closed.aborted || last === call.status + call.updated_at) return;
    last = call.status + call.updated_at;
    stream.push(publicCall(call), "call");
    if (isOver(call.status)) response.end();
  };
  // Subscribed before the present state is read, so that no change falls between the two.
  closed.addEventListener("abort", feed.subscribe(call.id, send));
  const readAndSend = async (): Promise<void> => {
    const present = await read();
    if (present !== undefined) send(present);
  };
  // A reading that fails is followed by another.
  if (shared) every(READ_AGAIN_MS, () => void readAndSend().catch(() => undefined), closed);
  every(KEEP_ALIVE_MS, () => response.write(":\n\n"), closed);
  void clock.sleep(LONGEST_MS, closed).then((slept) => slept && response.end());
  await readAndSend();
}

/** Is aborted once the connection is gone, be it already. */
function untilClosed(response: Response): AbortSignal {
  const closing = new AbortController();
  if (response.closed) closing.abort();
  else response.once("close", () => closing.abort());
  return closing.signal;
}

/** The compiler takes what was so before an `await` for so still. */
const isClosed = ({ aborted }: AbortSignal): boolean => aborted;

function every(ms: number, work: () => void, until: AbortSignal): void {
  const timer = setInterval(work, ms);
  until.addEventListener("abort", () => clearInterval(timer));
}

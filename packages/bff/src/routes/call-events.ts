import { isOver } from "@uis-call/shared";
import { createSession } from "better-sse";
import type { Request, Response } from "express";
import type { CallFeed } from "../calls/call-feed.js";
import type { CallRow } from "../store/tables.js";
import { publicCall } from "./public-call.js";

/** Less than the idle time after which common proxies cut a connection, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/** How often a call is read again when other processes change it, too; milliseconds. */
const READ_AGAIN_MS = 1000;

export interface Following {
  feed: CallFeed;
  /** The call as the ledger has it. */
  read: () => Promise<CallRow | undefined>;
  /** Other processes change calls, and the feed does not hear of it. */
  shared: boolean;
}

/** Streams a call's changes as server-sent events named `call`: the present state first, until it is over. */
export async function followCall(
  request: Request,
  response: Response,
  { feed, read, shared }: Following,
): Promise<void> {
  if (request.method === "HEAD") {
    // There would be no end to the answer, and Node sends none of it before.
    response.type("text/event-stream").end();
    return;
  }
  const stream = await createSession(request, response, {
    keepAlive: KEEP_ALIVE_MS,
    retry: 2000,
    // Some proxies hold a stream back until it ends unless told so.
    headers: { "cache-control": "no-store", "x-accel-buffering": "no" },
  });
  let last = "";
  const send = (call: CallRow): void => {
    if (!stream.isConnected || last === call.status + call.updated_at) return;
    last = call.status + call.updated_at;
    stream.push(publicCall(call), "call");
    if (isOver(call.status)) response.end();
  };
  // Subscribed before the present state is read, so that no change falls between the two.
  const unsubscribe = feed.subscribe(String(request.params["id"]), send);
  const readAndSend = async (): Promise<void> => {
    const call = await read();
    if (call !== undefined) send(call);
  };
  // A reading that fails is followed by another.
  const reading = shared
    ? setInterval(() => void readAndSend().catch(() => undefined), READ_AGAIN_MS)
    : undefined;
  stream.once("disconnected", () => {
    unsubscribe();
    clearInterval(reading);
  });
  await readAndSend();
}

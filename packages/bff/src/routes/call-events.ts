import { isOver } from "@uis-call/shared";
import { createSession } from "better-sse";
import type { Request, Response } from "express";
import { type CallFeed, publicCall } from "../calls/call-feed.js";
import type { CallRow } from "../store/tables.js";

/** Less than the idle time after which common proxies cut a connection, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/** Streams a call's changes as server-sent events named `call`: the present state first, until it is over. */
export async function followCall(
  request: Request,
  response: Response,
  feed: CallFeed,
  read: () => Promise<CallRow | undefined>,
): Promise<void> {
  const stream = await createSession(request, response, {
    keepAlive: KEEP_ALIVE_MS,
    retry: 2000,
    // Some proxies hold a stream back until it ends unless told so.
    headers: { "cache-control": "no-store", "x-accel-buffering": "no" },
  });
  const send = (call: CallRow): void => {
    if (!stream.isConnected) return;
    stream.push(publicCall(call), "call");
    if (isOver(call.status)) response.end();
  };
  // Subscribed before the present state is read, so that no change falls between the two.
  const unsubscribe = feed.subscribe(String(request.params["id"]), send);
  stream.once("disconnected", unsubscribe);
  const call = await read();
  if (call !== undefined) send(call);
}

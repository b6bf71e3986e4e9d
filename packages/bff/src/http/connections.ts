import type { Socket } from "node:net";
import type { RequestHandler, Response } from "express";
import type { Logger } from "../log.js";

/** Maximum number of simultaneous requests on one connection. Browsers and proxies send one at a time. */
const MOST_AT_ONCE = 100;

/** @param cut whether the connection was closed before the response ended */
type OverListener = (cut: boolean) => void;

/** A response that has not ended. */
class OpenResponse {
  /**
   * Whether the response is a stream, which lasts until a call is over. Responses that are queued behind it
   * would wait for minutes.
   */
  streaming = false;
  #over: { cut: boolean } | undefined;
  readonly #listeners: OverListener[] = [];

  whenOver(listener: OverListener): void {
    if (this.#over === undefined) this.#listeners.push(listener);
    else listener(this.#over.cut);
  }

  /** Records that the response has ended. Further calls change nothing. */
  end(cut: boolean): void {
    this.#over ??= { cut };
    for (const listener of this.#listeners.splice(0)) listener(this.#over.cut);
  }
}

/** The responses on one connection. */
interface Connection {
  readonly open: Set<OpenResponse>;
  /** Response to the newest request, whether it has ended or not. */
  newest: OpenResponse | undefined;
}

const connections = new WeakMap<Socket, Connection>();
const responses = new WeakMap<Response, OpenResponse>();

/**
 * Calls `listener` once when the response is over: it has ended, finished or closed, or its socket has closed.
 * If this has happened before, calls `listener` immediately.
 *
 * Node sends the responses to pipelined requests one after another. A response that waits for others has no
 * socket yet. If the connection closes while it waits, Node 20 does not emit `close` on it; if the response
 * ends while it waits, Node emits no event at all. This module therefore listens to the socket and wraps `end`.
 */
export function whenOver(response: Response, listener: OverListener): void {
  track(response).whenOver(listener);
}

/**
 * Handler that must come before all others. Prevents errors of a response from ending the process. Closes the
 * connection if a request comes after a stream or after too many other requests.
 */
export const watchConnections =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const { socket } = request;
    // Ignores the request: Node had read it before the connection was closed, and it cannot be answered.
    if (socket.destroyed) return;
    response.on("error", (error) => log.error({ err: error }, "a response could not be written"));
    const connection = connectionOf(socket);
    const behindStream = [...connection.open].some(({ streaming }) => streaming);
    connection.newest = track(response);
    if (!behindStream && connection.open.size <= MOST_AT_ONCE) {
      next();
      return;
    }
    log.info("a connection was closed: it sent a request behind a stream, or behind too many others");
    close(socket);
  };

/**
 * Marks a response as a stream, which lasts until a call is over. Closes the connection if other requests came
 * after this one: their answers would have to wait for the stream to end, while the browser can easily
 * reconnect to the stream.
 */
export function beginStream(response: Response): void {
  const stream = track(response);
  stream.streaming = true;
  const { socket } = response.req;
  if (connectionOf(socket).newest !== stream) close(socket);
}

function track(response: Response): OpenResponse {
  const known = responses.get(response);
  if (known !== undefined) return known;
  const open = new OpenResponse();
  responses.set(response, open);
  const { socket } = response.req;
  if (socket.destroyed || response.writableEnded || response.closed) {
    open.end(!response.writableEnded);
    return open;
  }
  const all = connectionOf(socket).open.add(open);
  open.whenOver(() => all.delete(open));
  response.once("close", () => open.end(true));
  // Listens for `end`, because other middleware may delay the event. A host application, for example, stores
  // its session first.
  hearEnd(response, () => open.end(false));
  return open;
}

/** Returns the record of a connection. One `close` listener on the socket serves all its responses. */
function connectionOf(socket: Socket): Connection {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const connection: Connection = { open: new Set(), newest: undefined };
  connections.set(socket, connection);
  socket.once("close", () => endAll(connection));
  return connection;
}

function close(socket: Socket): void {
  socket.destroy();
  endAll(connectionOf(socket));
}

function endAll({ open }: Connection): void {
  for (const response of open) response.end(true);
}

/** Wraps `end`, because Node emits no event until the last byte has been handed to the socket. */
function hearEnd(response: Response, listener: () => void): void {
  const end = response.end.bind(response) as (...args: unknown[]) => Response;
  response.end = (...args: unknown[]) => {
    end(...args);
    listener();
    return response;
  };
}

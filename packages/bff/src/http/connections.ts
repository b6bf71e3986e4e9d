import type { Socket } from "node:net";
import type { RequestHandler, Response } from "express";
import type { Logger } from "../log.js";

/** Most requests of one connection under way at a time. Browsers and proxies send one at a time. */
const MOST_AT_ONCE = 100;

/** @param cut whether the connection closed before the response ended */
type OverListener = (cut: boolean) => void;

/** A response that is not over yet. */
class OpenResponse {
  /** Whether the response goes on until a call is over. Responses queued behind it would wait for minutes. */
  streaming = false;
  #over: { cut: boolean } | undefined;
  readonly #listeners: OverListener[] = [];

  whenOver(listener: OverListener): void {
    if (this.#over === undefined) this.#listeners.push(listener);
    else listener(this.#over.cut);
  }

  /** Ends the response; later calls change nothing. */
  end(cut: boolean): void {
    this.#over ??= { cut };
    for (const listener of this.#listeners.splice(0)) listener(this.#over.cut);
  }
}

/** Responses of one connection. */
interface Connection {
  readonly open: Set<OpenResponse>;
  /** Response to the newest request, over or not. */
  newest: OpenResponse | undefined;
}

const connections = new WeakMap<Socket, Connection>();
const responses = new WeakMap<Response, OpenResponse>();

/**
 * Calls `listener` once when the response is over: ended, finished, closed, or its socket closed. Calls it at once if
 * that has happened already.
 *
 * Node sends pipelined responses in turn, and one that waits its turn has no socket. If the connection closes first,
 * Node 20 emits no `close` on it; if it ends first, no event fires. So this listens to the socket and wraps `end`.
 */
export function whenOver(response: Response, listener: OverListener): void {
  track(response).whenOver(listener);
}

/**
 * Comes before all other handlers. Keeps errors of a response from ending the process. Closes the connection at a
 * request that follows a stream, or too many other requests.
 */
export const watchConnections =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const { socket } = request;
    // Node still emits requests that it had read before this code closed the connection. They cannot be answered.
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
 * Marks a response as a stream, which goes on until a call is over. Closes the connection if other requests came
 * behind it: their answers would wait, while the browser simply reconnects to the stream.
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
  // Other middleware may delay the end: a host application stores its session first.
  hearEnd(response, () => open.end(false));
  return open;
}

/** Returns the record of a connection, with one `close` listener on the socket for all its responses. */
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

/** Wraps `end`, because no event fires before the last byte has been handed to the socket. */
function hearEnd(response: Response, listener: () => void): void {
  const end = response.end.bind(response) as (...args: unknown[]) => Response;
  response.end = (...args: unknown[]) => {
    end(...args);
    listener();
    return response;
  };
}

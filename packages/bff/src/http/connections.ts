import type { Socket } from "node:net";
import type { RequestHandler, Response } from "express";
import type { Logger } from "../log.js";

/** Requests of one connection that may be in work at once. Browsers and proxies send one at a time. */
const MOST_AT_ONCE = 100;

/** @param cut the connection was closed before the response was ended */
type OverListener = (cut: boolean) => void;

/** A response that may still be written to. */
class OpenResponse {
  /** Goes on until a call is over: what is queued behind it would wait for minutes. */
  streaming = false;
  #over: { cut: boolean } | undefined;
  readonly #listeners: OverListener[] = [];

  whenOver(listener: OverListener): void {
    if (this.#over === undefined) this.#listeners.push(listener);
    else listener(this.#over.cut);
  }

  /** Only the first end counts. */
  end(cut: boolean): void {
    this.#over ??= { cut };
    for (const listener of this.#listeners.splice(0)) listener(this.#over.cut);
  }
}

/** Responses of one connection. */
interface Connection {
  readonly open: Set<OpenResponse>;
  /** The response to the newest request, be it over. */
  newest: OpenResponse | undefined;
}

const connections = new WeakMap<Socket, Connection>();
const responses = new WeakMap<Response, OpenResponse>();

/**
 * Calls `listener` once, when the response is over: ended, finished, closed, or its socket closed; at once if it is.
 *
 * Node sends pipelined responses in turn. One that waits for its turn has no socket yet: if the connection closes first,
 * Node 20 emits no `close` on it, and if it is ended first, no event tells. So the socket is listened to, and `end` heard.
 */
export function whenOver(response: Response, listener: OverListener): void {
  track(response).whenOver(listener);
}

/**
 * Comes before everything that answers. Sees to it that an error of a response ends no process, and closes the
 * connection on a request that comes behind a stream, or behind too many others.
 */
export const watchConnections =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const { socket } = request;
    // Node goes on to emit what else it has read from a connection that was closed here. No answer can reach it.
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
 * Says that a response goes on until a call is over. If other requests came behind it meanwhile, the connection is
 * closed: their answers would wait, and the browser that follows the call connects again.
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
  // Other middleware may put off what is ended here: the sessions of a host application are stored first.
  hearEnd(response, () => open.end(false));
  return open;
}

/** One listener for all responses of the socket, however many there are. */
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

/** As other middleware does it: there is no event before the last byte has been handed to the socket. */
function hearEnd(response: Response, listener: () => void): void {
  const end = response.end.bind(response) as (...args: unknown[]) => Response;
  response.end = (...args: unknown[]) => {
    end(...args);
    listener();
    return response;
  };
}

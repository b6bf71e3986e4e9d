import { request } from "node:http";
import type { Socket } from "node:net";

/** HTTP proxy through which an address is reached, with the hosts that are reached without it. */
export interface Proxy {
  /** `http://host:port`, with user name and password if the proxy wants them. */
  url: URL;
  /** Hosts, domains (with or without a leading dot), `host:port`, or `*`, as in NO_PROXY. */
  except: readonly string[];
}

/** Error for a tunnel that the proxy did not open. Nothing was sent to the other end of it. */
export class ProxyError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the proxy opened no tunnel: ${code}`);
    this.code = code;
  }
}

/** Returns the proxy through which `target` is reached. Returns undefined if it is reached without one. */
export function proxyFor(target: URL, proxy: Proxy | undefined): URL | undefined {
  const host = target.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  const excepted = proxy?.except.some((written) => {
    const name = written
      .trim()
      .toLowerCase()
      .replace(/^\*?\./, "");
    if (name === "*" || name === `${host}:${port}`) return true;
    return name !== "" && (host === name || host.endsWith(`.${name}`));
  });
  return excepted === true ? undefined : proxy?.url;
}

/**
 * Opens a tunnel to `host` and `port` through an HTTP proxy (RFC 9110, CONNECT).
 *
 * @param signal ends the attempt
 * @throws ProxyError when the proxy refuses, with a `code` such as `PROXY_407`; Node's error when it cannot be
 *   reached
 */
export function openTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
  const { username, password } = proxy;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const asking = request({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: Number(proxy.port || 80),
    method: "CONNECT",
    path: authority,
    agent: false,
    signal,
    headers: {
      host: authority,
      ...(username !== "" && {
        "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}`,
      }),
    },
  });
  return new Promise((resolve, reject) => {
    asking.once("error", (error) => reject(signal.aborted ? new ProxyError("ETIMEDOUT") : error));
    asking.once("connect", ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      socket.on("error", () => undefined);
      const opened = statusCode >= 200 && statusCode < 300;
      if (opened && head.length === 0) {
        resolve(socket);
        return;
      }
      socket.destroy();
      // Refuses a tunnel in which the other end spoke first: servers of TLS and HTTP never do.
      reject(new ProxyError(opened ? "PROXY_EARLY_DATA" : `PROXY_${String(statusCode)}`));
    });
    asking.end();
  });
}

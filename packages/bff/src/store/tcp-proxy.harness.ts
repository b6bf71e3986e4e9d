import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * What the proxy does with data for the server. `pass`: it passes the data on. `cut`: it cuts the connection
 * instead. `lose answer`: it passes the data on, but cuts the connection when the server answers, so that the
 * answer is lost.
 */
export type Fate = "pass" | "cut" | "lose answer";

/** Decides what to do with each piece of data of one connection, in the order in which the data arrives. */
export type Judge = (data: Buffer) => Fate;

/** TCP proxy in front of a server. It breaks connections when a test tells it to. */
export class TcpProxy {
  /** Address of the server. */
  target: URL;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  port = 0;
  /** Number of connections accepted so far. */
  connections = 0;
  /** Returns the judge for a new connection. */
  judge: () => Judge = () => () => "pass";

  constructor(target: URL) {
    this.target = target;
  }

  /** Starts to accept connections. The port is the same each time. */
  async up(): Promise<void> {
    this.#server = createServer((client) => this.#join(client)).listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses new connections from now on. Resets the open connections, unless `how` is "let end". */
  async down(how: "reset" | "let end" = "reset"): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    if (how === "let end") return;
    for (const socket of this.#open) socket.resetAndDestroy();
    await once(server, "close");
  }

  #join(client: Socket): void {
    this.connections++;
    const server = connect(Number(this.target.port), this.target.hostname);
    const judge = this.judge();
    let answerLost = false;
    const cut = (): void => {
      client.resetAndDestroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#open.add(socket);
      socket.setNoDelay(true);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          this.#open.delete(socket);
          client.destroy();
          server.destroy();
        });
    }
    client.on("data", (data) => {
      const fate = judge(data);
      if (fate === "lose answer") answerLost = true;
      if (fate === "cut") cut();
      else server.write(data);
    });
    server.on("data", (data) => {
      if (answerLost) cut();
      else client.write(data);
    });
  }
}

/** Returns the address at which the server is reached through the proxy. */
export function through(proxy: TcpProxy, url: string): string {
  const changed = new URL(url);
  changed.hostname = "127.0.0.1";
  changed.port = String(proxy.port);
  return changed.href;
}

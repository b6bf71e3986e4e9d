import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A TCP proxy before the server at `url` that can cut the connection at the next COMMIT of a PostgreSQL client: before the
 * server hears of it, or once it has answered, and the answer is lost.
 */
export async function startSeveringProxy(url: string) {
  const target = new URL(url);
  let cut: "commit" | "answer" | undefined;
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let dropping = false;
    const sever = (): void => {
      cuts++;
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          open.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.on("data", (bytes) => {
      // A simple query: kind, length, text, NUL (PostgreSQL, "Message Formats").
      const mode = bytes.includes("commit\0") ? cut : undefined;
      if (mode !== undefined) cut = undefined;
      if (mode === "commit") sever();
      else {
        dropping = mode === "answer";
        upstream.write(bytes);
      }
    });
    upstream.on("data", (bytes) => {
      if (dropping) sever();
      else client.write(bytes);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = new URL(url);
  own.host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url: own.href,
    cutAt: (where: "commit" | "answer") => void (cut = where),
    cuts: () => cuts,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

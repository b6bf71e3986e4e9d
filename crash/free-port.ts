import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Finds a free port below the ephemeral ones, so that no outgoing connection takes it while the backend is down. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

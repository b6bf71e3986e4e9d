import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Receives the webhooks of a tenant. They carry the notes about calls that a person has to look after. */
export class Receiver {
  readonly #server: Server;
  /** How often each note arrived. The key is the note's id. */
  readonly arrived = new Map<string, number>();

  constructor() {
    this.#server = createServer((request, response) => {
      const id = String(request.headers["webhook-id"]);
      request.resume().once("end", () => {
        this.arrived.set(id, (this.arrived.get(id) ?? 0) + 1);
        response.writeHead(204).end();
      });
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/notes`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

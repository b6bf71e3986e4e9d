import { createSession, type Session } from "better-sse";
import { type ErrorRequestHandler, json, type Response, Router } from "express";
import { ZodError } from "zod";
import type { ExchangeCall } from "./exchange/call.js";
import type { Exchange } from "./exchange/exchange.js";
import { ExchangeRefusal } from "./exchange/exchange-refusal.js";
import { blanked, type Records, type RpcRecord } from "./records.js";
import { settingsChangeSchema } from "./exchange/settings.js";

/**
 * Maximum number of calls and of recorded requests that are sent to a page. If there are more, the newest ones are
 * sent.
 */
const SHOWN = 100;

/** HTTP API through which a page shows and controls the simulated telephone exchange. */
export class Control {
  readonly #exchange: Exchange;
  readonly #records: Records;
  readonly #reset: () => void;
  readonly #watchers = new Map<Session, Response>();
  readonly #changedCalls = new Set<ExchangeCall>();
  readonly #changedRecords = new Set<RpcRecord>();
  #flushing = false;

  constructor(exchange: Exchange, records: Records, reset: () => void) {
    this.#exchange = exchange;
    this.#records = records;
    this.#reset = reset;
    exchange.on("change", (call) => this.#later(this.#changedCalls, call));
    records.on("change", (record) => this.#later(this.#changedRecords, record));
    exchange.on("settings", () => this.#tellState());
    exchange.on("reset", () => this.#tellState());
  }

  router(): Router {
    const router = Router();
    router.use("/exchange", (request, response, next) => {
      // Allows requests from all origins, because a simulator contains nothing that needs protection.
      response.set({
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
        "Access-Control-Allow-Headers": "Content-Type",
        "Cache-Control": "no-store",
      });
      if (request.method === "OPTIONS") response.status(204).end();
      else next();
    });
    router.get("/exchange", (_request, response) => void response.json(this.#state()));
    router.get("/exchange/events", async (request, response) => {
      const session = await createSession(request, response);
      session.push(this.#state(), "state");
      this.#watchers.set(session, response);
      session.once("disconnected", () => this.#watchers.delete(session));
    });
    router.post("/exchange/calls/:call/hang-up", (request, response) => {
      this.#exchange.hangUp(request.params.call);
      response.status(204).end();
    });
    router.post("/exchange/calls/:call/legs/:leg/:action", (request, response, next) => {
      const { call, leg, action } = request.params;
      if (action === "answer") this.#exchange.answer(call, leg);
      else if (action === "decline") this.#exchange.decline(call, leg);
      else if (action === "hang-up") this.#exchange.hangUp(call, leg);
      else {
        next();
        return;
      }
      response.status(204).end();
    });
    router.put("/exchange/settings", json(), (request, response) => {
      this.#exchange.change(settingsChangeSchema.parse(request.body));
      response.json(this.#exchange.settings);
    });
    router.delete("/exchange", (_request, response) => {
      this.#reset();
      response.status(204).end();
    });
    router.use("/exchange", (_request, response) => {
      response.status(404).json({ code: "not_found", detail: "There is nothing at this address" });
    });
    router.use("/exchange", refuse);
    return router;
  }

  /** Ends all open event streams. */
  close(): void {
    for (const response of this.#watchers.values()) response.end();
    this.#watchers.clear();
  }

  #state(): object {
    return {
      now: this.#exchange.now(),
      calls: this.#exchange.calls.slice(-SHOWN),
      settings: this.#exchange.settings,
      records: blanked(this.#records.list.slice(-SHOWN)),
    };
  }

  #tellState(): void {
    this.#changedCalls.clear();
    this.#changedRecords.clear();
    for (const session of this.#watchers.keys()) session.push(this.#state(), "state");
  }

  /** Collects the changes of one turn of the event loop. Then sends each changed call and each changed record once. */
  #later<T>(changed: Set<T>, item: T): void {
    if (this.#watchers.size === 0) return;
    changed.add(item);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const now = this.#exchange.now();
    for (const session of this.#watchers.keys()) {
      for (const call of this.#changedCalls) session.push({ now, call }, "call");
      for (const record of this.#changedRecords) session.push({ now, record: blanked(record) }, "record");
    }
    this.#changedCalls.clear();
    this.#changedRecords.clear();
  }
}

const refuse: ErrorRequestHandler = (error: Error & { status?: number }, _request, response, next) => {
  if (error instanceof ExchangeRefusal) {
    const unknown = error.code === "call_unknown" || error.code === "leg_unknown";
    response.status(unknown ? 404 : 409).json({ code: error.code, detail: error.message });
  } else if (error instanceof ZodError) {
    const detail = error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    response.status(400).json({ code: "settings_invalid", detail });
  } else if (error.status !== undefined && error.status < 500) {
    response.status(error.status).json({ code: "request_invalid", detail: error.message });
  } else next(error);
};

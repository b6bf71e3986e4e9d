import type { ExchangeCall } from "../exchange/call.js";
import type { RpcRecord } from "../records.js";
import type { Settings } from "../exchange/settings.js";

/** Body of the response to `GET /exchange`. */
export interface ExchangeState {
  now: number;
  calls: ExchangeCall[];
  settings?: Settings;
  records: RpcRecord[];
}

/**
 * The state of one simulator. The event stream of the simulator keeps it up to date. All elements of a page share one
 * feed.
 */
export class Feed extends EventTarget {
  state: ExchangeState = { now: Date.now(), calls: [], records: [] };
  lost = false;
  readonly #base: string;
  /** How many milliseconds the server's clock is ahead of the browser's clock. */
  #ahead = 0;
  #source: EventSource | undefined;
  #users = 0;

  constructor(base: string) {
    super();
    this.#base = base;
  }

  /** Returns the simulator's time in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  get newestCall(): ExchangeCall | undefined {
    return this.state.calls.at(-1);
  }

  /** Adds a user, which is an element that shows the feed. The first user opens the event stream. */
  join(): void {
    this.#users += 1;
    if (this.#users === 1) this.#open();
  }

  /** Removes a user. The event stream is closed when there is none left. */
  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#source?.close();
    this.#source = undefined;
  }

  /**
   * Sends a command to answer, decline or hang up a leg. Ignores a refusal, because the page shows why the leg cannot
   * do that.
   */
  command(callId: string, legId: string, action: "answer" | "decline" | "hang-up"): void {
    void this.#send("POST", `/calls/${callId}/legs/${legId}/${action}`);
  }

  change(settings: object): void {
    void this.#send("PUT", "/settings", settings);
  }

  forgetAll(): void {
    void this.#send("DELETE", "");
  }

  #send(method: string, path: string, body?: object): Promise<unknown> {
    const content = body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    return fetch(`${this.#base}/exchange${path}`, { method, ...content }).catch(() => this.#lost());
  }

  #open(): void {
    const source = new EventSource(`${this.#base}/exchange/events`);
    source.addEventListener("state", ({ data }: MessageEvent<string>) => {
      this.state = JSON.parse(data) as ExchangeState;
      this.#told(this.state.now);
    });
    source.addEventListener("call", ({ data }: MessageEvent<string>) => {
      const { now, call } = JSON.parse(data) as { now: number; call: ExchangeCall };
      this.state.calls = placed(this.state.calls, call, (known) => known.id === call.id);
      this.#told(now);
    });
    source.addEventListener("record", ({ data }: MessageEvent<string>) => {
      const { now, record } = JSON.parse(data) as { now: number; record: RpcRecord };
      this.state.records = placed(this.state.records, record, (known) => known.number === record.number);
      this.#told(now);
    });
    source.onerror = () => this.#lost();
    this.#source = source;
  }

  #told(now: number): void {
    this.#ahead = now - Date.now();
    this.lost = false;
    this.dispatchEvent(new Event("change"));
  }

  #lost(): void {
    this.lost = true;
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * Replaces the item for which `same` returns true. If there is none, appends the new item. Keeps the newest 100 items,
 * because the server sends no more either.
 */
function placed<T>(items: T[], item: T, same: (known: T) => boolean): T[] {
  const index = items.findLastIndex(same);
  return index < 0 ? [...items, item].slice(-100) : items.with(index, item);
}

const feeds = new Map<string, Feed>();

/** Returns the feed of the simulator that is mounted at `base`. All callers get the same feed. */
export function feedOf(base: string): Feed {
  const prefix = base.replace(/\/$/, "");
  const feed = feeds.get(prefix) ?? new Feed(prefix);
  feeds.set(prefix, feed);
  return feed;
}

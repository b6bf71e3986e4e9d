import type { ExchangeCall } from "../exchange/call.js";
import type { RpcRecord } from "../records.js";
import type { Settings } from "../exchange/settings.js";

/** The answer of `GET /exchange`. */
export interface ExchangeState {
  now: number;
  calls: ExchangeCall[];
  settings?: Settings;
  records: RpcRecord[];
}

/** One simulator's state, updated by its event stream and shared by all elements of a page. */
export class Feed extends EventTarget {
  state: ExchangeState = { now: Date.now(), calls: [], records: [] };
  lost = false;
  readonly #base: string;
  /** The server's clock minus ours, milliseconds. */
  #ahead = 0;
  #source: EventSource | undefined;
  #users = 0;

  constructor(base: string) {
    super();
    this.#base = base;
  }

  /** The simulator's time, milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  get newestCall(): ExchangeCall | undefined {
    return this.state.calls.at(-1);
  }

  /** Opens the stream for the first user. */
  join(): void {
    this.#users += 1;
    if (this.#users === 1) this.#open();
  }

  /** Closes the stream after the last user. */
  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#source?.close();
    this.#source = undefined;
  }

  /** Answers, declines or hangs up a leg. Ignores refusals: the state shows the reason. */
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

/** Replaces an item, or appends it; keeps the newest 100, as the server does. */
function placed<T>(items: T[], item: T, same: (known: T) => boolean): T[] {
  const index = items.findLastIndex(same);
  return index < 0 ? [...items, item].slice(-100) : items.with(index, item);
}

const feeds = new Map<string, Feed>();

/** The one feed of a mount prefix. */
export function feedOf(base: string): Feed {
  const prefix = base.replace(/\/$/, "");
  const feed = feeds.get(prefix) ?? new Feed(prefix);
  feeds.set(prefix, feed);
  return feed;
}

import { EventEmitter } from "node:events";

/** One HTTP request to the API, recorded from its arrival. */
export interface RpcRecord {
  /** 1 for the first since the start or the last reset. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  remoteAddress: string;
  /** `method`, `id` and `params` as received, as far as the body could be read. */
  method?: string;
  id?: unknown;
  params?: unknown;
  /** This and the next two members are set once the answer is sent; a reset connection has no status. */
  httpStatus?: number;
  /** The body sent: an object for JSON, otherwise text. */
  answer?: unknown;
  answeredAt?: number;
}

/** All requests in order of arrival. Emits `change` when a request arrives, is read and is answered. */
export class Records extends EventEmitter<{ change: [record: RpcRecord] }> {
  readonly list: RpcRecord[] = [];
  #count = 0;

  open(at: number, remoteAddress: string): RpcRecord {
    this.#count += 1;
    const record = { number: this.#count, at, remoteAddress };
    this.list.push(record);
    this.emit("change", record);
    return record;
  }

  changed(record: RpcRecord): void {
    this.emit("change", record);
  }

  reset(): void {
    this.list.length = 0;
    this.#count = 0;
  }
}

const BLANK = "•••";
const secretNames = new Set(["session_key", "password"]);
const sessionKey = /\b[0-9a-f]{40}\b/g;

/** Copies a value for display, with session keys and passwords blanked. */
export function blanked<T>(value: T): T {
  const text = JSON.stringify(value, (name, inner: unknown) => {
    if (secretNames.has(name)) return BLANK;
    return typeof inner === "string" ? inner.replace(sessionKey, BLANK) : inner;
  });
  return JSON.parse(text) as T;
}

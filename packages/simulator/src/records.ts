import { EventEmitter } from "node:events";

/** A record of one HTTP request to the API. The record is created as soon as the request arrives. */
export interface RpcRecord {
  /** Number of the request. The count starts at 1, and starts again after a reset. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  remoteAddress: string;
  /** `method`, `id` and `params` of the JSON-RPC request, as received. Absent if the body could not be read. */
  method?: string;
  id?: unknown;
  params?: unknown;
  /**
   * Status of the HTTP response. Absent until the response is sent. Also absent if the connection was reset instead.
   */
  httpStatus?: number;
  /** Body of the HTTP response: an object if the body was JSON, otherwise a text. Absent if `httpStatus` is absent. */
  answer?: unknown;
  /** Time at which the response was sent or the connection was reset, in milliseconds since 1970. */
  answeredAt?: number;
}

/**
 * The records of all HTTP requests, in the order of arrival. Emits `change` when a request arrives, when its body has
 * been read, and when the response has been sent.
 */
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

/** Returns a copy of a value without session keys and passwords, so that it can be displayed. */
export function blanked<T>(value: T): T {
  const text = JSON.stringify(value, (name, inner: unknown) => {
    if (secretNames.has(name)) return BLANK;
    return typeof inner === "string" ? inner.replace(sessionKey, BLANK) : inner;
  });
  return JSON.parse(text) as T;
}

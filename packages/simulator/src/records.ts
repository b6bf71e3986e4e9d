import { EventEmitter } from "node:events";

/** One HTTP request to the API. It is recorded as soon as it arrives. */
export interface RpcRecord {
  /** Number of the request; the first request after the start or a reset has number 1. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  remoteAddress: string;
  /** `method`, `id` and `params` as received; absent if the body could not be read. */
  method?: string;
  id?: unknown;
  params?: unknown;
  /** HTTP status of the answer. Absent until the answer is sent, and absent if the connection was reset instead. */
  httpStatus?: number;
  /** The body of the answer: an object if the body was JSON, otherwise a text. Absent like `httpStatus`. */
  answer?: unknown;
  /** Time when the request was answered or its connection reset; milliseconds since 1970. */
  answeredAt?: number;
}

/** All requests in order of arrival. Emits `change` when a request arrives, when it is read and when it is answered. */
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

/** Copies a value and blanks session keys and passwords in the copy, so that it can be displayed. */
export function blanked<T>(value: T): T {
  const text = JSON.stringify(value, (name, inner: unknown) => {
    if (secretNames.has(name)) return BLANK;
    return typeof inner === "string" ? inner.replace(sessionKey, BLANK) : inner;
  });
  return JSON.parse(text) as T;
}

import type { ConfirmSend, Outcome } from "../uis-client.js";
import type { Answer } from "./answer.js";
import type { CallApi, Started } from "./call-api.js";
import type { DataApi } from "./data-api.js";
import { remedyFor } from "./mnemonics.js";
import { brokenRule, type MediaIds, recordingsOf, startCall, type V4Order } from "./order.js";

/** Outcome of one start. `session` is the id of the call session that UIS has opened. */
export type V4Outcome = Exclude<Outcome, { kind: "placed" }> | { kind: "placed"; session: string };

/** Client that places orders through Call API v4.0. */
export interface V4Client {
  /**
   * Asks UIS to place a call, if `confirmSend` agrees immediately before. Sends the order at most once. Never throws:
   * every fault is returned as an outcome. After `renew`, the order may be sent again as a new attempt with a new id.
   */
  placeCall(order: V4Order, confirmSend?: ConfirmSend): Promise<V4Outcome>;
  /** Ends a call session. `gone`: the session is over already. `unclear`: ask again. */
  release(session: string): Promise<"released" | "gone" | "unclear">;
}

/**
 * Creates a client for one account. The Data API is asked only for the ids of recordings that an order names, once for
 * each name. A recording that is named by digits is used as the id.
 */
export function createV4Client(api: CallApi, data: DataApi): V4Client {
  const found = new Map<string, number>();

  /** Returns the ids of the recordings, or the outcome that explains why an id is missing. */
  async function mediaIds(names: readonly string[]): Promise<MediaIds | V4Outcome> {
    for (const name of names) {
      if (found.has(name)) continue;
      const answer = /^\d+$/.test(name) ? Number(name) : await idOf(name);
      if (typeof answer !== "number") return answer;
      found.set(name, answer);
    }
    return found;
  }

  async function idOf(name: string): Promise<number | V4Outcome> {
    const answer = await data.getMediaFiles(name);
    // No call has been started yet, so an unclear answer is like none.
    if (answer.kind === "unclear") return { kind: "wait", because: "unreachable", detail: answer.detail };
    if (answer.kind !== "result") return outcomeOf(answer);
    const file = answer.data.find((one) => one.name === name);
    return file?.id ?? { kind: "refused", fault: "account", detail: "no recording at UIS has this name" };
  }

  return {
    async placeCall(order, confirmSend) {
      const broken = brokenRule(order);
      if (broken !== undefined) return { kind: "refused", fault: "defect", detail: broken };
      const media = await mediaIds(recordingsOf(order));
      if ("kind" in media) return media;
      return outcomeOf(await startCall(api, order, media, confirmSend));
    },
    async release(session) {
      const answer = await api.releaseCall(session);
      if (answer.kind === "result") return "released";
      return answer.kind === "error" && answer.error.class === "state" ? "gone" : "unclear";
    },
  };
}

/** Reduces UIS's answer to a start to what it means for the call. */
function outcomeOf(answer: Answer<Started> | Exclude<Answer, { kind: "result" }>): V4Outcome {
  if (answer.kind === "result") return { kind: "placed", session: answer.data.call_session_id };
  if (answer.kind === "unsent") return { kind: "wait", because: "unreachable", detail: answer.detail };
  if (answer.kind === "unclear") return { kind: "unknown", detail: answer.detail };
  const { code, mnemonic, message, class: errorClass } = answer.error;
  const remedy = remedyFor(mnemonic);
  const detail = [mnemonic ?? "no mnemonic", message, ...(remedy === undefined ? [] : [remedy])].join(": ");
  switch (errorClass) {
    case "login":
      return { kind: "renew", code };
    case "wait":
      return { kind: "wait", because: "limit", code, detail };
    case "configuration":
      return { kind: "refused", fault: "account", code, detail };
    case "call":
      return { kind: "refused", fault: "call", code, detail };
    case "state":
    case "defect":
      return { kind: "refused", fault: "defect", code, detail };
    case "unclear":
      return { kind: "unknown", code, detail };
  }
}

import type { Secret } from "../../config/secret.js";
import type { CallReport } from "../call-report.js";

/**
 * The values of a call notification, by the names of the template that the customer pastes into the account of UIS.
 * Empty values are left out.
 */
export type Notification = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

const NAMES = ["event", "secret", "session", "external_id", "talk"] as const;

/** Placeholders of the template. UIS sometimes sends the name of a placeholder in place of its value. */
const PLACEHOLDERS = ["call_session_id", "external_id", "talk_time_duration", "notification_time"];

/**
 * Reads the body of a notification. UIS does not document the form of notifications, so this function accepts what
 * receivers have seen: JSON with any content type, a form whose only key is the JSON text, a form with one field per
 * value, quotes around quotes, and placeholders that were not filled in.
 *
 * @param body the body as it was received, or the query of the URL
 * @returns undefined if the body has none of these forms
 */
export function readNotification(body: string): Notification | undefined {
  const values = jsonIn(body) ?? jsonIn(onlyKeyOf(body)) ?? fieldsIn(body);
  if (values === undefined) return undefined;
  const read = NAMES.map((name) => [name, textOf(values[name])] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== ""));
}

/**
 * Makes a report of a notification. It only proves something if it contains the secret of the template, which nobody
 * else knows, and the id of one of our attempts. Otherwise it is a hint: a reason to ask UIS.
 *
 * @param secret the secret in the customer's template; undefined: there is none
 */
export function notificationReport(notification: Notification, secret: Secret | undefined): CallReport {
  const { event, session, external_id: attempt, talk } = notification;
  const isProved = secret !== undefined && attempt !== undefined && secret.equals(notification.secret ?? "");
  const talkSeconds = /^\d{1,6}$/.test(talk ?? "") ? Number(talk) : undefined;
  return {
    source: isProved ? "notification" : "hint",
    ...(attempt !== undefined && { attempt }),
    ...(session !== undefined && { session }),
    ...(event === "ringing" && { office: "ringing" }),
    ...(event === "talk_started" && { office: "answered", visitor: "answered", talking: true }),
    ...(event === "talk_finished" && { talking: false }),
    ...(event === "call_finished" && {
      ended: {
        reason: (talkSeconds ?? 0) > 0 ? "talked" : "not_connected",
        ...(talkSeconds !== undefined && { talkSeconds }),
      },
    }),
    ...(event === "call_lost" && { ended: { reason: "not_connected" } }),
  };
}

/** Reads JSON. Before a second try, removes doubled quotes and puts `null` in place of placeholders. */
function jsonIn(text: string): Record<string, unknown> | undefined {
  const repaired = text.replaceAll(/\{\{[^{}"]*\}\}/g, "null").replaceAll(/""([^"]+)""/g, '"$1"');
  for (const attempt of [text, repaired]) {
    try {
      const value: unknown = JSON.parse(attempt);
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        return value as Record<string, unknown>;
    } catch {
      // The next form is tried.
    }
  }
  return undefined;
}

function onlyKeyOf(body: string): string {
  const [[key, value] = [], ...others] = [...new URLSearchParams(body)];
  return value === "" && others.length === 0 ? (key ?? "") : "";
}

function fieldsIn(body: string): Record<string, unknown> | undefined {
  if (!/^[\w.]+=/.test(body)) return undefined;
  return Object.fromEntries(new URLSearchParams(body));
}

/** Returns a value as text, without quotes. A placeholder that was not filled in becomes an empty text. */
function textOf(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const text = String(value).replaceAll('"', "");
  return text === "null" || PLACEHOLDERS.includes(text) || /^\{\{.*\}\}$/.test(text) ? "" : text;
}

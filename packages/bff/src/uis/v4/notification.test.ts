import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.js";
import { notificationReport, readNotification } from "./notification.js";

interface Fixtures {
  notifications: { event: string; template: string; body: string }[];
  oddNotifications: { what: string; body?: string; query?: string; read: string }[];
}
const { notifications, oddNotifications } = JSON.parse(
  readFileSync(new URL("../../../../testing/src/call-api-v4.fixtures.json", import.meta.url), "utf8"),
) as Fixtures;

const SECRET = new Secret("SECRET");
/** The samples name the secret `token`. */
const named = (text: string): string => text.replace('"token"', '"secret"');
const reportOf = (body: string) => notificationReport(readNotification(body) ?? {}, SECRET);

const ABOUT = { attempt: "01JE0000000000000000000021", session: "237859081" };
const EXPECTED: Record<string, object> = {
  "Ожидание ответа": { source: "notification", ...ABOUT, office: "ringing" },
  "Исходящее плечо": { source: "hint", session: "237859081" },
  "Начало разговора": {
    source: "notification",
    ...ABOUT,
    office: "answered",
    visitor: "answered",
    talking: true,
  },
  "Окончание разговора": { source: "notification", ...ABOUT, talking: false },
  "Завершение звонка": {
    source: "notification",
    ...ABOUT,
    ended: { reason: "not_connected", talkSeconds: 0 },
  },
  "Потерянный звонок": { source: "hint", session: "237859082", ended: { reason: "not_connected" } },
};

describe("a notification", () => {
  it.each(notifications)("of the event $event is read", ({ event, body }) => {
    expect(reportOf(named(body))).toEqual(EXPECTED[event]);
  });

  it.each(notifications)(
    "of the event $event is a hint without the secret or with a wrong one",
    ({ body }) => {
      const wrong = named(body).replace("SECRET", "SECRETS");
      for (const text of [wrong, body, named(body).replace('"secret":"SECRET"', '"secret":null')])
        expect(reportOf(text).source).toBe("hint");
      expect(notificationReport(readNotification(named(body)) ?? {}, undefined).source).toBe("hint");
    },
  );

  const READ: Record<string, object> = {
    "a parameter the event does not have stays as literal text": { session: "237859099" },
    "the bare name of a parameter came as its value": { external_id: "01JE0000000000000000000031" },
    "the administrator put quotes around the placeholders: doubled quotes": {
      external_id: "01JE0000000000000000000032",
    },
    "another content type": { external_id: "01JE0000000000000000000033" },
    "a form whose only key is the JSON text": { external_id: "01JE0000000000000000000034" },
    "GET, values with their quotes": { external_id: "01JE0000000000000000000035", talk: "0" },
  };
  it.each(oddNotifications.filter(({ what }) => Object.hasOwn(READ, what)))(
    "of an odd form is read: $what",
    ({ what, body, query }) => {
      const read = readNotification(body ?? query ?? "");
      expect(read).toMatchObject(READ[what] ?? {});
      for (const empty of ["external_id", "session"] as const)
        if (what.startsWith("a parameter") || what.startsWith("the bare"))
          expect([undefined, READ[what]?.[empty as never]]).toContain(read?.[empty]);
    },
  );

  it("with talk says for how long, also where the seconds are a text", () => {
    for (const talk of ["12", '"12"'])
      expect(
        reportOf(`{"event":"call_finished","secret":"SECRET","session":1,"external_id":"a","talk":${talk}}`),
      ).toMatchObject({ ended: { reason: "talked", talkSeconds: 12 } });
  });

  it.each(["", "[]", "null", "7", '"text"', "<xml/>", "{", "x".repeat(1e6), "%", "a&b"])(
    "that is nothing known is not read, and throws nothing (%#)",
    (body) => {
      expect(readNotification(body)).toBeUndefined();
    },
  );

  it("with names of JavaScript's own has no values", () => {
    const read = readNotification('{"__proto__":{"session":"7"},"constructor":"x","event":{"a":1}}');
    expect(read).toEqual({});
  });
});

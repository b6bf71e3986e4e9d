import { expect, test } from "vitest";
import {
  exchangeOnManualClock,
  group,
  OFFICE,
  order,
  textOf,
  VISITOR,
} from "../exchange/exchange.harness.js";
import { fileText, phoneText, secondsText, timelineText } from "./messages.js";

test("numbers are written the way people read them", () => {
  expect(phoneText("74990000000")).toBe("+7 499 000-00-00");
  expect(phoneText("441234567890")).toBe("+441234567890");
});

test("every sentence the exchange writes has a Russian form", async () => {
  const [A, B] = ["79000000111", "79000000112"];
  const { clock, exchange } = exchangeOnManualClock({
    people: {
      [OFFICE]: { answerAfter: 1 },
      [VISITOR]: { answerAfter: 2 },
      [A]: { declineAfter: 6 },
      [B]: { busy: true },
    },
  });
  const messages = { office: textOf(9), visitor: textOf(1) };
  const fanOut = { linesLimit: 2, dialingIncrement: 1, incrementalDialingTimeout: 5 };
  exchange.place(order({ messages }));
  exchange.place(order({ messages, switchAtOnce: false, holdMusic: "♪" }));
  exchange.place(order({ messages: { office: { type: "media", value: "♪" } } }));
  exchange.place(order({ groups: [group([A, B], fanOut), group([B])], queueTimeout: 9 }));
  exchange.place(
    order({
      groups: [
        group([A, B], fanOut),
        group(["79000000113", "79000000114"], { linesStart: 2, linesLimit: 2 }),
      ],
    }),
  );
  await clock.advance(100_000);
  exchange.hangUp("1", "visitor");
  const lines = exchange.calls.flatMap((call) => call.timeline);
  const english = lines
    .map(({ text }) => timelineText(text, "ru"))
    .filter((text) => /[a-z]/i.test(text.replace(/«.*»|tune\.mp3/, "")));
  expect(english).toEqual([]);
  expect(timelineText("office 79000000111 declined", "ru")).toBe(
    "офис +7\u00a0900\u00a0000\u201101\u201111 отклонил вызов",
  );
  expect(timelineText("call ended: office-busy", "ru")).toBe("звонок завершён: офис занят");
  expect(timelineText("call ended: visitor-hung-up", "ru")).toBe(
    "звонок завершён: посетитель положил трубку",
  );
});

test("a message is left as it was written", () => {
  expect(timelineText("office hears “call 79000000111”", "en")).toBe("office hears “call 79000000111”");
  expect(timelineText("office hears “a “b” c”", "ru")).toBe("офис слышит «a “b” c»");
});

test("the music UIS plays by itself has an English name on an English page", () => {
  expect(timelineText("office hears Музыка переадресации", "en")).toBe("office hears UIS's own hold music");
  expect(fileText("Музыка переадресации", "ru")).toBe("Музыка переадресации");
  expect(fileText("tune.mp3", "en")).toBe("tune.mp3");
});

test("seconds are written in the page's language", () => {
  expect(secondsText(4400, "en")).toBe("4.4\u00a0s");
  expect(secondsText(4400, "ru")).toBe("4,4\u00a0с");
});

import { expect } from "chai";
import type { CallReason, CallStatus } from "@uis-call/shared";
import { inWords } from "../lazy/errors.js";
import { directionOf, labelIn, type Language, LANGUAGES, languageOf, loadMessages } from "./language.js";
import { loadErrorMessages } from "./error-messages.js";
import { loadScheduleMessages } from "./schedule-messages.js";
import { withOverrides } from "./overrides.js";

/** All statuses of calls, and below all reasons. If one is missing here, TypeScript reports an error. */
const STATUSES: Record<CallStatus, true> = {
  accepted: true,
  scheduled: true,
  waiting: true,
  dialing: true,
  placed: true,
  failed: true,
  unknown: true,
  held: true,
  cancelled: true,
};
const REASONS: Record<CallReason, CallStatus> = {
  not_connected: "failed",
  service_refused: "held",
  no_answer_from_service: "unknown",
  interrupted: "unknown",
  service_unreachable: "waiting",
  service_limit: "waiting",
  deadline_passed: "held",
  closed: "held",
  phone_busy: "waiting",
  kept: "held",
  number_under_way: "held",
  restored: "held",
  time_uncertain: "held",
  limit_reached: "held",
  number_blocked: "held",
  calls_stopped: "held",
};

/** The form of sentences in some languages. In all other languages, a sentence must begin with a capital letter. */
const SENTENCE: Record<string, RegExp> = {
  zh: /^\p{Script=Han}.*[。！]$/u,
  ar: /^\p{Script=Arabic}.*[.!]$/u,
  es: /^[¡\p{Lu}].*[.!]$/u,
};

/** Returns the names of all messages. The name of a nested message has dots, for example `status.failed`. */
const keysOf = (texts: object, path = ""): string[] =>
  Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
    typeof text === "object" && text !== null ? keysOf(text, `${path}${key}.`) : [path + key],
  );

/** Loads two files of a language: the messages of the panel and the messages for errors. */
const filesOf = (language: Language) => Promise.all([loadMessages(language), loadErrorMessages(language)]);

/** Matches messages that only some languages need, because of their grammar or because browsers do not know them. */
const OWN = /^(wait|weekdays|names)\./;

/** Returns the names of the messages in each of the three files of a language. */
const namesIn = async (language: Language): Promise<string[][]> =>
  [...(await filesOf(language)), await loadScheduleMessages(language)].map((texts) =>
    keysOf(texts)
      .filter((key) => !OWN.test(key))
      .sort(),
  );

for (const language of LANGUAGES) {
  describe(`what the element says in ${language}`, () => {
    it("is every text there is in English, and no other", async () => {
      expect(await namesIn(language)).to.deep.equal(await namesIn("en"));
    });

    it("is a sentence for each state of a call and each failure, and no code of ours", async () => {
      const [good, { reason, receiver, failure, limited, notWorking, ...trouble }] = await filesOf(language);
      const status: Record<CallStatus, string> = { ...good.status, ...trouble.status };
      const ofReasons = Object.entries(REASONS).map(
        ([code, state]) => reason[code as CallReason] ?? status[state],
      );
      const failures = [...Object.values(failure), good.network, limited, notWorking];
      const said = [...Object.values(status), ...Object.values(receiver), ...ofReasons, ...failures];
      expect(Object.keys(status).sort()).to.deep.equal(Object.keys(STATUSES).sort());
      for (const sentence of said) {
        expect(sentence).to.match(SENTENCE[language] ?? /^(?:\p{Lu}|\{when\}).*[.!]$/u);
        expect(sentence).not.to.match(/_|UIS|-32|\d{3}/);
      }
      expect(limited).to.contain("{when}");
      const { phoneMissing, phoneLetter, phoneSeveral, phoneDoubt } = trouble;
      for (const sentence of [phoneMissing, phoneLetter, phoneSeveral])
        expect(sentence).to.match(SENTENCE[language] ?? /^\p{Lu}.*\.$/u);
      expect(phoneDoubt).to.match(/^[^{}]+\{number\}[?？؟]$/);
    });

    it("sends the visitor to look for the internet only where the browser is offline", async () => {
      const [{ network }, { failure }] = await filesOf(language);
      const said = [network, ...Object.values(failure)].join(" ");
      expect(said).not.to.match(
        /internet|интернет|connection|verbindung|conexión|bağlantı|网络|联网|إنترنت/i,
      );
    });

    it("says at the end of a call what happened, in a heading without a full stop", async () => {
      const files = await filesOf(language);
      const headings = Object.assign({}, ...files.map((file) => file.headings)) as Record<string, string>;
      expect(Object.keys(headings).sort()).to.deep.equal([
        "cancelled",
        "failed",
        "held",
        "placed",
        "unknown",
      ]);
      expect(new Set(Object.values(headings)).size).to.equal(5);
      for (const heading of Object.values(headings)) expect(heading).to.match(/^[\p{Lu}\p{Lo}].*[^.!:。]$/u);
    });

    it("says when with day, date and time", async () => {
      const { at, opens, scheduled, office } = await loadScheduleMessages(language);
      for (const part of ["{weekday}", "{date}", "{time}"]) expect(at).to.contain(part);
      for (const sentence of [opens, scheduled]) expect(sentence).to.contain("{when}");
      expect(office).to.match(/\{weekday\}.*\{time\}/);
    });

    it("is in its own words, and fits the button", async () => {
      const wordsOf = async (one: Language) => [
        labelIn(one),
        ...(await filesOf(one)).flatMap(({ status }) => Object.values(status)),
      ];
      const [texts, english] = [await wordsOf(language), await wordsOf("en")];
      expect(texts.filter((text) => english.includes(text))).to.have.length(
        language === "en" ? texts.length : 0,
      );
      expect(labelIn(language).length).to.be.at.most(24);
    });
  });
}

describe("the language of the element", () => {
  it("is English where there is no file for it", () => {
    expect(["ru-RU", "zh_Hans_CN", " DE ", "fr", "", "constructor"].map(languageOf)).to.deep.equal([
      "ru",
      "zh",
      "de",
      "en",
      "en",
      "en",
    ]);
  });

  it("is written from right to left in Arabic alone", () => {
    expect(LANGUAGES.filter((language) => directionOf(language) === "rtl")).to.deep.equal(["ar"]);
  });

  it("counts as that language counts", () => {
    expect([60, 120, 300].map((seconds) => inWords(seconds, "ru"))).to.deep.equal([
      "через 60 секунд",
      "через 2 минуты",
      "через 5 минут",
    ]);
    expect([1, 7200].map((seconds) => inWords(seconds, "en"))).to.deep.equal(["in 1 second", "in 2 hours"]);
  });

  it("counts in Kazakh where the browser cannot", async () => {
    const { wait } = await loadErrorMessages("kk");
    expect([30, 300, 7200].map((seconds) => inWords(seconds, "kk", wait))).to.deep.equal([
      "30 секундтан кейін",
      "5 минуттан кейін",
      "2 сағаттан кейін",
    ]);
  });

  it("yields to the page's own words, and only to those it gives", async () => {
    const ours = await loadMessages("en");
    const theirs = withOverrides(ours, {
      heading: "Talk to Ann",
      status: { dialing: "Ann is being called." },
    });
    expect(theirs).to.deep.equal({
      ...ours,
      heading: "Talk to Ann",
      status: { ...ours.status, dialing: "Ann is being called." },
    });
  });
});

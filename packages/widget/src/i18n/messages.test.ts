import { expect } from "chai";
import type { CallReason, CallStatus } from "@uis-call/shared";
import { inWords } from "../lazy/errors.js";
import { directionOf, labelIn, type Language, LANGUAGES, languageOf, loadMessages } from "./language.js";
import { loadErrorMessages } from "./error-messages.js";
import { withOverrides } from "./overrides.js";

/** All statuses and reasons: one that is missing here does not compile. */
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

/** Form of a sentence by language; the default needs a capital letter. */
const SENTENCE: Record<string, RegExp> = {
  zh: /^\p{Script=Han}.*[。！]$/u,
  ar: /^\p{Script=Arabic}.*[.!]$/u,
  es: /^[¡\p{Lu}].*[.!]$/u,
};

/** Dotted names of all messages. */
const keysOf = (texts: object, path = ""): string[] =>
  Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
    typeof text === "object" && text !== null ? keysOf(text, `${path}${key}.`) : [path + key],
  );

/** Both files of a language: the panel's messages and those of errors. */
const filesOf = (language: Language) => Promise.all([loadMessages(language), loadErrorMessages(language)]);

for (const language of LANGUAGES) {
  describe(`what the element says in ${language}`, () => {
    it("is every text there is in English, and no other", async () => {
      const [theirs, english] = await Promise.all([filesOf(language), filesOf("en")]);
      expect(theirs.map((texts) => keysOf(texts).sort())).to.deep.equal(
        english.map((texts) => keysOf(texts).sort()),
      );
    });

    it("is a sentence for each state of a call and each failure, and no code of ours", async () => {
      const [good, { reason, failure, limited, notWorking, ...trouble }] = await filesOf(language);
      const status: Record<CallStatus, string> = { ...good.status, ...trouble.status };
      const ofReasons = Object.entries(REASONS).map(
        ([code, state]) => reason[code as CallReason] ?? status[state],
      );
      const failures = [...Object.values(failure), good.network, limited, notWorking];
      const said = [...Object.values(status), ...ofReasons, ...failures];
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

import { expect } from "chai";
import { messages as errors } from "./i18n/en-errors.js";
import type { ErrorMessages } from "./i18n/error-messages.js";
import { messages as panel } from "./i18n/en.js";
import { messages as kazakh } from "./i18n/kk-schedule.js";
import { messages as russian } from "./i18n/ru-schedule.js";
import type { Strings } from "./i18n/messages.js";
import { UisCallButton } from "./define.js";

describe("strings", () => {
  let told: string[];
  const { error } = console;
  beforeEach(() => {
    told = [];
    console.error = (line: string) => told.push(line);
  });
  afterEach(() => (console.error = error));

  const taken = (strings: unknown): unknown =>
    Object.assign(new UisCallButton(), { strings: strings as Strings }).strings;

  it("takes each text the element has, at its place", () => {
    const others: Partial<ErrorMessages> = { ...errors };
    delete others.receiver;
    const strings: Strings = {
      ...others,
      ...panel,
      label: "Ring me",
      headings: { ...errors.headings, ...panel.headings },
      status: { ...errors.status, ...panel.status },
      schedule: { ...kazakh, weekdays: russian.weekdays ?? [] },
    };
    expect([taken(strings), told]).to.deep.equal([strings, []]);
  });

  it("leaves out a list that is none, or has a wrong member, and names it", () => {
    const names = { weekdays: "Sunday", months: ["Jan", {}] };
    expect(taken({ headings: ["Done"], schedule: { names, weekdays: [1, 2] } })).to.deep.equal({
      schedule: { names: {}, weekdays: ["1", "2"] },
    });
    expect(told.map((line) => /"(.*?)"/.exec(line)?.[1])).to.deep.equal([
      "strings.headings",
      "strings.schedule.names.weekdays",
      "strings.schedule.names.months.1",
    ]);
  });
});

// axe-core is not an ES module: importing it sets a global variable.
import "axe-core";
import type Axe from "axe-core";
import { expect } from "chai";
import { CallButtonHarness, disturb, exchange, tokenOf, until } from "../call-button.harness.js";
import { LANGUAGES } from "../i18n/language.js";
import { loadScheduleMessages } from "../i18n/schedule-messages.js";

declare const axe: typeof Axe;

const FALLBACK = '<a href="tel:+74990000000">+7 499 000-00-00</a>';
const CLOSED = /^We're closed now\. We open on .+ at \d+:\d\d.*\.$/;
/** The regional variant of English in which the tests' browser formats times. */
const ENGLISH = navigator.languages.find((tag) => tag.startsWith("en")) ?? "en";

const chosen = ({ selectedIndex, options }: HTMLSelectElement): string =>
  options[selectedIndex]?.textContent.trim() ?? "";
const choose = (select: HTMLSelectElement, index: number): void => {
  select.selectedIndex = index;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};

describe("a button whose target is closed", () => {
  let button: CallButtonHarness;
  let last = 0;
  const number = (): string => `8 900 000-05-${String((last += 1)).padStart(2, "0")}`;

  beforeEach(() => exchange.reset());
  afterEach(() => button.remove());

  const open = async (...[properties, content]: Parameters<typeof CallButtonHarness.create>) => {
    button = await CallButtonHarness.create({ tenant: "museum", ...properties }, content);
    await button.open();
  };

  /** Schedules a call for the third time on the second day. @returns the chosen day and time */
  const schedule = async () => {
    choose(button.day, 1);
    await button.element.updateComplete;
    choose(button.time, 2);
    await button.element.updateComplete;
    const choice = [chosen(button.day), chosen(button.time)];
    button.type(number());
    button.submit();
    await until(() => button.calls.length > 0);
    return choice;
  };

  it("says when it opens, and asks for a day and a time within its hours", async () => {
    await open();
    expect(button.closed).to.match(CLOSED);
    expect(button.day.labels[0]?.textContent).to.equal("Day");
    expect(button.time.labels[0]?.textContent).to.equal("Time");
    expect(button.day.length).to.be.within(9, 11);
    expect(button.submitButton.textContent.trim()).to.equal("Call me then");
    expect(button.panel.textContent).not.to.contain("at once");
  });

  it("says and asks nothing of the kind where the target is open", async () => {
    await open({ tenant: "demo" });
    expect(button.closed).to.equal("");
    expect(button.has("select")).to.equal(false);
    expect(button.submitButton.textContent.trim()).to.equal("Call me");
  });

  it("has the call kept for the time chosen, says which it is, and dials no number", async () => {
    await open();
    const [day = "", time = ""] = await schedule();
    const [call] = button.calls;
    expect(call?.status).to.equal("scheduled");
    const at = new Date(call?.scheduledFor ?? "");
    const local = (format: Intl.DateTimeFormatOptions) => at.toLocaleString(ENGLISH, format);
    expect(local({ weekday: "short", month: "short", day: "numeric" })).to.equal(day);
    expect(local({ hour: "numeric", minute: "2-digit" })).to.equal(time);
    await until(() => button.status.startsWith("We'll call you on"));
    expect(button.status).to.contain(`${local({ month: "long", day: "numeric" })} at ${time}.`);
    expect(button.button.textContent.trim()).to.equal("Call me back");
    expect(await exchange.placed()).to.deep.equal([]);
  });

  it("says it again after a reload of the page", async () => {
    await open();
    await schedule();
    await until(() => button.status.startsWith("We'll call you on"));
    const said = button.status;
    button.leave();
    button = await CallButtonHarness.create({ tenant: "museum" });
    button.element.show();
    await until(() => button.status === said);
    expect(button.button.textContent.trim()).to.equal("Call me back");
  });

  it("takes the call back as long as it is not made, and asks again", async () => {
    await open();
    await schedule();
    await until(() => button.has("[part~=cancel]"));
    button.cancel.click();
    await until(() => button.status === "The call was cancelled.");
    button.again.click();
    await until(() => button.has("[part~=time]"));
    expect(button.closed).to.match(CLOSED);
  });

  it("keeps the time where another day has it, and the number where the day is another", async () => {
    await open();
    button.type("8 900 000-05-99");
    choose(button.time, 3);
    await button.element.updateComplete;
    const time = chosen(button.time);
    choose(button.day, 2);
    await button.element.updateComplete;
    expect(chosen(button.time)).to.equal(time);
    expect(button.phone.value).to.contain("05-99");
  });

  it("sends no time that was not seen: who submits before it is known is asked", async () => {
    button = await CallButtonHarness.create({ tenant: "museum" });
    await button.element.call(number());
    await until(() => button.error === "We're closed now. Please choose a time when we're open.");
    expect(button.has("[part~=time]")).to.equal(true);
    expect(button.calls).to.deep.equal([]);
    button.submit();
    await until(() => button.calls.at(-1)?.status === "scheduled");
  });

  it("asks a user whose number is known for the time alone", async () => {
    const token = await tokenOf("identity", { tenant: "museum", sub: "5", phone: "+79000000597" });
    await open({ target: "account", token });
    expect(button.has("[part~=phone]")).to.equal(false);
    expect(button.submitButton.textContent.trim()).to.equal("Call me then");
    button.submit();
    await until(() => button.calls.at(-1)?.status === "scheduled");
  });

  it("shows the page's telephone number, and no form, where it does not open for weeks", async () => {
    await open({ target: "tower" }, FALLBACK);
    await until(() => button.closed === "We're closed now.");
    expect(button.has("form")).to.equal(false);
    expect(button.showsFallback).to.equal(true);
    await until(() => button.focused === button.panel);
  });

  it("yields to the page's own words", async () => {
    await open({ strings: { schedule: { submit: "Book it" } } });
    expect(button.submitButton.textContent.trim()).to.equal("Book it");
    expect(button.closed).to.match(CLOSED);
  });

  for (const [where, weeks] of [
    ["ahead", 3],
    ["behind", -3],
  ] as const)
    it(`offers the times of the server's clock where the visitor's is weeks ${where}`, async () => {
      await open();
      const days = () => [...button.day.options].map(({ text }) => text);
      const right = [days(), button.closed];
      button.remove();
      const { now } = Date;
      Date.now = () => now() + weeks * 7 * 24 * 60 * 60_000;
      const sessions = () =>
        performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/session")).length;
      try {
        await open();
        expect([days(), button.closed]).to.deep.equal(right);
        const before = sessions();
        button.phone.blur();
        button.phone.focus();
        await schedule();
        expect(button.calls[0]?.status).to.equal("scheduled");
        // The opening time has not passed yet, so no new session is requested.
        expect(sessions()).to.equal(before);
      } finally {
        Date.now = now;
      }
    });

  it("speaks another language when the page does", async () => {
    await open();
    button.element.locale = "ru";
    await until(() => button.closed.startsWith("Сейчас закрыто. Откроемся "));
    await until(() => button.submitButton.textContent.trim() === "Позвоните мне в это время");
    expect(button.time.labels[0]?.textContent).to.equal("Время");
  });

  for (const locale of LANGUAGES)
    it(`asks and promises in its own language (${locale})`, async () => {
      const { day, time, submit, scheduled } = await loadScheduleMessages(locale);
      await open({ locale });
      expect([button.day, button.time].map(({ labels }) => labels[0]?.textContent)).to.deep.equal([
        day,
        time,
      ]);
      expect(button.submitButton.textContent.trim()).to.equal(submit);
      // The expression matches what browsers write in place of Kazakh names of days and months, such as "M12".
      if (locale === "kk")
        expect(button.closed + chosen(button.day)).not.to.match(/M\d\d|[a-z]|декабр|вторник/i);
      await schedule();
      const [before = "", after = ""] = scheduled.split("{when}");
      await until(() => button.status.startsWith(before) && button.status.endsWith(after));
      expect(button.status.length).to.be.greaterThan(before.length + after.length + 8);
    });

  it("has no violation in form and promise, in either direction of writing", async () => {
    for (const locale of ["en", "ar"]) {
      await open({ locale });
      expect(await violations(button), `${locale}, closed`).to.deep.equal([]);
      await schedule();
      await until(() => button.has(".sign.scheduled"));
      expect(await violations(button), `${locale}, scheduled`).to.deep.equal([]);
      button.remove();
    }
    await open({ target: "tower" }, FALLBACK);
    expect(await violations(button), "no time").to.deep.equal([]);
  });
});

describe("a target that closes while the form is open", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  it("has the visitor choose a time, with the number as it was", async () => {
    await fetch("/hours?now=open");
    button = await CallButtonHarness.create({ tenant: "shop" });
    await button.open();
    button.type("8 900 000-06-01");
    await fetch("/hours?now=closed");
    button.submit();
    await until(() => button.error === "We're closed now. Please choose a time when we're open.");
    expect(button.errors).to.deep.equal(["closed"]);
    expect(button.closed).to.match(CLOSED);
    expect(button.phone.value).to.contain("06-01");
    button.submit();
    await until(() => button.calls.at(-1)?.status === "scheduled");
    expect(button.error).to.equal("");
  });
});

describe("the words for a time", () => {
  let button: CallButtonHarness;
  let session: object;
  afterEach(() => button.remove());

  /** Responds to the next request for a session in place of the backend. */
  const answerSession = () => disturb("POST", /\/session$/, () => Response.json(session));

  /** Opens a button whose target opens at this local time. */
  async function open(locale: string, opensAt: Date, timeZone = "UTC"): Promise<void> {
    // The server's time is set to a day before the dates below, so that the test does not depend on when it runs.
    const now = new Date(2026, 10, 20, 12);
    const from = new Date(now.getTime() + 86_400_000);
    const to = new Date(from.getTime() + 3_600_000);
    const target = { id: "sales", title: "Sales", office: "fixed", visitor: "asked", open: false, opensAt };
    session = {
      now,
      csrfToken: "c",
      tenant: { id: "demo", name: "Demo", locale: "en", country: "RU" },
      user: { kind: "visitor" },
      targets: [{ ...target, hours: { timeZone, times: [{ from, to }] } }],
    };
    answerSession();
    button = await CallButtonHarness.create({ locale });
    await button.open();
  }

  /** The expected sentences for a Tuesday. In English and Spanish, the clock may have 12 or 24 hours. */
  const TUESDAY: Record<string, RegExp> = {
    en: /^We're closed now\. We open on Tuesday, (December 1|1 December) at 11:00( AM)?\.$/,
    ru: /^Сейчас закрыто\. Откроемся во вторник, 1 декабря, в 11:00\.$/,
    de: /^Wir haben gerade geschlossen\. Wir öffnen am Dienstag, 1\. Dezember, um 11:00 Uhr\.$/,
    es: /^Ahora estamos cerrados\. Abrimos el martes 1 de diciembre a las 11:00( a\. m\.)?\.$/,
    kk: /^Қазір жабықпыз\. Ашылатын уақытымыз: 1 желтоқсан, сейсенбі, сағат 11:00\.$/,
    tr: /^Şu anda kapalıyız\. Açılış: 1 Aralık Salı, saat 11:00\.$/,
    zh: /^现在不在服务时间，12月1日星期二 11:00开始服务。$/,
    ar: /^نحن مغلقون الآن\. نفتح يوم الثلاثاء، (1|١) ديسمبر، الساعة (11:00|١١:٠٠) ص\.$/,
  };
  for (const locale of LANGUAGES)
    it(`are a native's (${locale})`, async () => {
      await open(locale, new Date(2026, 11, 1, 11));
      expect(button.closed).to.match(TUESDAY[locale] ?? /^$/);
    });

  it("have each day of the week in the case that Russian asks for, and one form of the clock", async () => {
    const days = ["вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье", "понедельник"];
    for (const [n, day] of days.entries()) {
      await open("ru", new Date(2026, 11, 1 + n, 9));
      const on = day === "вторник" ? "во" : "в";
      expect(button.closed).to.contain(`Откроемся ${on} ${day}, ${String(1 + n)} декабря, в 9:00.`);
      button.remove();
    }
  });

  it("have one o'clock in the singular in Spanish", async () => {
    await open("es", new Date(2026, 11, 1, 1));
    expect(button.closed).to.match(/ a la 1:00/);
  });

  it("name the office's time where it differs", async () => {
    await open("ru", new Date(2026, 11, 1, 9), "Pacific/Kiritimati");
    expect(button.officeTime).to.match(
      /^По времени офиса: (понедельник|вторник|среда|четверг|пятница|суббота|воскресенье), \d?\d:\d\d$/,
    );
    // After a change of the language, the element opens a new session, because titles come from the backend.
    answerSession();
    button.element.locale = "kk";
    await until(() => /^Кеңсе уақыты: [а-яәіңғүұқөһ]+, \d?\d:\d\d$/.test(button.officeTime));
  });
});

async function violations({ element }: CallButtonHarness): Promise<unknown[]> {
  const fading = element.shadowRoot?.getAnimations() ?? [];
  await Promise.all(fading.filter((one) => one instanceof CSSTransition).map(({ finished }) => finished));
  const found = await axe.run(document.body, { rules: { region: { enabled: false } } });
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

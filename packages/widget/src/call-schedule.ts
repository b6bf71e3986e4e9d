import type { Call, CallRequest, Target } from "@uis-call/shared";
import { css, html, nothing, type TemplateResult } from "lit";
import type { Language } from "./language.js";
import { loadScheduleTexts, type ScheduleTexts } from "./schedule-texts.js";
import { choicesIn } from "./time-choices.js";
import type { UisCallButton } from "./uis-call-button.js";

/** What is asked and said when a call is for later: loaded where the target is closed, or such a call is under way. */
export class CallSchedule {
  readonly #host: UisCallButton;
  readonly #target: () => Target | undefined;
  readonly #language: () => Language;
  #texts: { language: Language; words: ScheduleTexts } | undefined;
  /** ISO, as chosen; a time that is over is none. */
  #chosen: string | undefined;

  private constructor(host: UisCallButton, target: () => Target | undefined, language: () => Language) {
    this.#host = host;
    this.#target = target;
    this.#language = language;
  }

  /** @throws TypeError where the texts cannot be reached */
  static async load(
    host: UisCallButton,
    target: () => Target | undefined,
    language: () => Language,
  ): Promise<CallSchedule> {
    const schedule = new CallSchedule(host, target, language);
    await schedule.#load();
    const root = host.renderRoot as ShadowRoot;
    const sheet = styles.styleSheet;
    if (sheet !== undefined) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return schedule;
  }

  /** Whether a time has to be chosen. */
  get asks(): boolean {
    return this.#target()?.open === false;
  }

  /** The words of the form, where they are others than those of a call at once. */
  get words(): Pick<ScheduleTexts, "submit" | "hint"> | undefined {
    return this.asks ? this.#words : undefined;
  }

  /** What goes with the request. */
  get answers(): Pick<CallRequest, "at" | "timeZone"> {
    if (!this.asks) return {};
    const { at, awake } = this.#choice();
    if (at === undefined) return {};
    return { at, ...(awake && { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }) };
  }

  /** When the call is to be made. */
  sentenceFor({ scheduledFor }: Call): string | undefined {
    if (scheduledFor === undefined) return undefined;
    return this.#words?.scheduled.replace("{when}", this.#inWords(scheduledFor));
  }

  render(sending: boolean): TemplateResult | typeof nothing {
    const words = this.#words;
    const target = this.#target();
    if (words === undefined || target === undefined || !this.asks) return nothing;
    const { opensAt, hours } = target;
    const { days, at } = this.#choice();
    const closed =
      opensAt === undefined ? words.closed : words.opens.replace("{when}", this.#inWords(opensAt));
    if (at === undefined) return html`<p part="closed">${closed}</p>`;
    const times = days.find((day) => day.includes(at)) ?? [];
    const choose = ({ target: select }: Event): void => {
      this.#chosen = (select as HTMLSelectElement).value;
      this.#host.requestUpdate();
    };
    const options = (values: string[], format: Intl.DateTimeFormatOptions) =>
      values.map(
        (value) =>
          html`<option
            value=${value}
            .selected=${value === at || (times.includes(at) && value === times[0] && format.weekday !== undefined)}
          >
            ${this.#format(value, format)}
          </option>`,
      );
    return html`<p part="closed">${closed}</p>
      <div class="when" role="group" aria-label=${words.when}>
        <div class="field">
          <label for="day">${words.day}</label>
          <select id="day" part="day" ?disabled=${sending} @change=${choose}>
            ${options(
              days.flatMap((day) => day[0] ?? []),
              { weekday: "short", day: "numeric", month: "short" },
            )}
          </select>
        </div>
        <div class="field">
          <label for="time">${words.time}</label>
          <select id="time" part="time" ?disabled=${sending} aria-describedby="office-time" @change=${choose}>
            ${options(times, { hour: "2-digit", minute: "2-digit" })}
          </select>
        </div>
        <p id="office-time" class="hint">${this.#officeTime(words, at, hours?.timeZone)}</p>
      </div>`;
  }

  /** The times there are, by day, and the one that is chosen: the first, until another is. */
  #choice(): { days: string[][]; at: string | undefined; awake: boolean } {
    const { times = [], quiet } = this.#target()?.hours ?? {};
    const { days, awake } = choicesIn(times, quiet, Date.now());
    const chosen = days.flat().find((value) => value === this.#chosen);
    return { days, awake, at: chosen ?? days[0]?.[0] };
  }

  /** Where the office's clock shows another time than the visitor's. */
  #officeTime(words: ScheduleTexts, at: string, timeZone: string | undefined): string {
    const format: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
    const there = this.#format(at, { ...format, timeZone });
    return there === this.#format(at, format) ? "" : words.office.replace("{time}", there);
  }

  #inWords = (time: string): string =>
    this.#format(time, {
      weekday: "long",
      day: "numeric",
      month: "long",
      hour: "2-digit",
      minute: "2-digit",
    });

  #format = (time: string, format: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(this.#language(), format).format(new Date(time));

  get #words(): ScheduleTexts | undefined {
    if (this.#texts?.language !== this.#language()) this.#load().catch(() => undefined);
    return this.#texts?.words;
  }

  async #load(): Promise<void> {
    const language = this.#language();
    const words = await loadScheduleTexts(language);
    if (language !== this.#language()) return;
    this.#texts = { language, words };
    this.#host.requestUpdate();
  }
}

const styles = css`
  .when {
    display: grid;
    grid-template-columns: 3fr 2fr;
    gap: 0.3rem 0.75rem;
  }

  .when p {
    grid-column: 1 / -1;
  }

  .when p:empty {
    display: none;
  }

  select {
    min-block-size: 2.75rem;
    inline-size: 100%;
    padding: 0.5em;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-size: max(1rem, 16px);
  }
`;

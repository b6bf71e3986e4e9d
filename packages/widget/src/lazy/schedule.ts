import type { CallRequest } from "@uis-call/shared";
import { html, type TemplateResult } from "lit";
import type { CallController, CallPart } from "../call-controller.js";
import { serverTime } from "../api/server-clock.js";
import { styles } from "./schedule.styles.js";
import { type Language, languageOf } from "../i18n/language.js";
import type { LoadedMessages } from "../i18n/messages.js";
import { loadScheduleMessages, type ScheduleMessages } from "../i18n/schedule-messages.js";
import type { MessageFile } from "../i18n/message-file.js";
import { type Choice, choicesIn } from "./time-choices.js";
import { addSheet } from "../style-sheets.js";
import type { UisCallButton } from "../uis-call-button.js";

const CLOCK = { hour: "numeric", minute: "2-digit" } as const;
const DAY = { weekday: "short", day: "numeric", month: "short" } as const;
const DATE = { day: "numeric", month: "long" } as const;

/** The selects for the day and the time of a call. Loaded if the target is closed, or if a call has been scheduled. */
export class CallSchedule {
  readonly #host: UisCallButton;
  readonly #call: CallController;
  readonly #language: () => Language;
  readonly #file: MessageFile<ScheduleMessages>;
  /** The time that is selected in the form, in ISO 8601 format. */
  #at: string | undefined;

  constructor(host: UisCallButton, call: CallController, language: () => Language) {
    this.#host = host;
    this.#call = call;
    this.#language = language;
    this.#file = call.messageFile(loadScheduleMessages);
  }

  /** Loads the messages. @throws TypeError if they cannot be fetched */
  load(): Promise<void> {
    return this.#file.load();
  }

  /** Whether no call is possible: the target is closed, and there is no time to choose. */
  get never(): boolean {
    return this.#asks && this.#days.length === 0;
  }

  /** Returns the request's properties for the chosen time. Returns undefined if no times have been shown. */
  get answers(): Pick<CallRequest, "at" | "timeZone"> | undefined {
    if (!this.#asks || this.#at === undefined) return undefined;
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    // Some browsers return "Etc/Unknown", which the backend does not accept as a time zone.
    return { at: this.#at, ...(timeZone !== "Etc/Unknown" && { timeZone }) };
  }

  /** Replaces the messages for immediate calls with the messages for scheduled calls. */
  messages(text: LoadedMessages): LoadedMessages {
    const messages = this.#messages;
    const { state, failure } = this.#call;
    const { scheduledFor } = state.call ?? {};
    const { strings } = this.#host;
    // If the chosen time passes while the form is open, the backend refuses it as `invalid_request`. The visitor then
    // sees this message. The target may be open by now.
    const late = text.failure?.[this.#asks ? "closed" : "session_required"];
    const scheduled = scheduledFor && this.#sentence(messages.scheduled, scheduledFor);
    return {
      ...text,
      ...(this.#asks && {
        submit: messages.submit,
        call: messages.submit,
        phoneHint: messages.hint,
        callHint: messages.hint,
      }),
      status: { ...text.status, ...(scheduled && { scheduled }), ...strings?.status },
      failure: {
        ...text.failure,
        quiet_hours: messages.quiet,
        ...(failure?.at === "at" && late && { invalid_request: late }),
        ...strings?.failure,
      },
    };
  }

  /** Returns the note that the target is closed. The note also says when the target opens, if that is known. */
  renderNote(): string {
    const { closed, opens } = this.#messages;
    const { opensAt } = this.#call.target ?? {};
    if (!this.#asks) return "";
    // If the opening time has passed, the next call opens a new session, to learn that the target is open. A button
    // with `token` does not, because an identity token can open only one session.
    if (opensAt !== undefined && Date.parse(opensAt) <= serverTime() && !this.#host.token) this.#call.renew();
    return opensAt === undefined ? closed : this.#sentence(opens, opensAt);
  }

  /** Renders the note that replaces the form if no time can be chosen. */
  renderClosed(): TemplateResult {
    return html`<p part="closed" role="status">${this.renderNote()}</p>`;
  }

  /** Renders the selects for day and time, if the target is closed. */
  render(sending: boolean): TemplateResult | undefined {
    const days = this.#days;
    const [first] = days;
    if (!this.#asks || first?.[0] === undefined) return undefined;
    const messages = this.#messages;
    const today = days.find((choices) => choices.some(({ at }) => at === this.#at)) ?? first;
    const chosen = today.find(({ at }) => at === this.#at) ?? first[0];
    this.#at = chosen.at;
    return html`<fieldset class="when" ?disabled=${sending}>
      <legend>${messages.when}</legend>
      <div class="field">
        <label for="day">${messages.day}</label>
        <select
          id="day"
          part="day"
          @change=${(event: Event) => this.#chooseDay(days[indexIn(event)] ?? first)}
        >
          ${days.map((choices) => this.#renderOption(choices[0], this.#shortDay, choices === today))}
        </select>
      </div>
      <div class="field">
        <label for="time">${messages.time}</label>
        <select
          id="time"
          part="time"
          aria-describedby="office-time"
          @change=${(event: Event) => this.#choose(today[indexIn(event)])}
        >
          ${today.map((choice) => this.#renderOption(choice, this.#clock, choice === chosen))}
        </select>
      </div>
      <p id="office-time" class="hint">${this.#officeTime(chosen.at)}</p>
    </fieldset>`;
  }

  #renderOption(
    choice: Choice | undefined,
    format: (time: string) => string,
    selected: boolean,
  ): TemplateResult {
    return html`<option .selected=${selected}>${choice && format(choice.at)}</option>`;
  }

  readonly #clock = (time: string): string => this.#format(time, CLOCK);

  readonly #shortDay = (time: string): string =>
    this.#messages.names ? `${this.#weekday(time)}, ${this.#date(time)}` : this.#format(time, DAY);

  /** Chooses the same time of day on another day, or the first time of that day. */
  #chooseDay(choices: Choice[]): void {
    const { clock } = this.#days.flat().find(({ at }) => at === this.#at) ?? {};
    this.#choose(choices.find((choice) => choice.clock === clock) ?? choices[0]);
  }

  #choose(choice: Choice | undefined): void {
    this.#at = choice?.at;
    this.#host.requestUpdate();
  }

  get #asks(): boolean {
    return this.#call.target?.open === false;
  }

  get #days(): Choice[][] {
    const { times = [], quiet } = this.#call.target?.hours ?? {};
    return choicesIn(times, quiet, serverTime());
  }

  /** Returns the message with the office's local time. Returns an empty text if the visitor has the same local time. */
  #officeTime(at: string): string {
    const { timeZone } = this.#call.target?.hours ?? {};
    const { office } = this.#messages;
    const [here, there] = [undefined, timeZone].map((zone) =>
      office
        .replace("{weekday}", this.#weekday(at, zone))
        .replace("{time}", this.#format(at, { ...CLOCK, timeZone: zone })),
    );
    return here === there || there === undefined ? "" : there;
  }

  /** Inserts a day and a time into a message. */
  #sentence(sentence: string, time: string): string {
    const { at, weekdays } = this.#messages;
    return (
      sentence
        .replace("{when}", at)
        .replace("{weekday}", weekdays?.[dayOf(time).getDay()] ?? this.#weekday(time))
        .replace("{date}", unbroken(this.#date(time)))
        .replace("{time}", unbroken(this.#clock(time)))
        // Spanish uses the singular for one o'clock: "a la 1:00", but "a las 2:00".
        .replace(/\ba las\s(?=1:)/, "a la\u00a0")
        // If the sentence ends with a time such as "2 p.m.", it has two full stops at its end. One of them is removed.
        .replace(/\.\.$/, ".")
    );
  }

  #weekday(time: string, timeZone?: string): string {
    const { names } = this.#messages;
    return (
      names?.weekdays[dayOf(time, timeZone).getDay()] ?? this.#format(time, { weekday: "long", timeZone })
    );
  }

  #date(time: string): string {
    const { names } = this.#messages;
    const day = dayOf(time);
    return names ? `${day.getDate()} ${names.months[day.getMonth()] ?? ""}` : this.#format(time, DATE);
  }

  /**
   * Formats a time in the element's language. If the browser's languages include a regional variant of this language,
   * such as `en-GB`, this variant is used.
   */
  #format(time: string, format: Intl.DateTimeFormatOptions): string {
    const language = this.#language();
    const locale = navigator.languages.find(
      (tag) => languageOf(tag) === language && tag.startsWith(language),
    );
    // Chrome cannot format Kazakh. The Russian format is used, because both languages write times in the same way.
    const known = this.#messages.names ? "ru" : (locale ?? language);
    return new Intl.DateTimeFormat(known, format).format(new Date(time));
  }

  get #messages(): ScheduleMessages {
    return { ...(this.#file as { content: ScheduleMessages }).content, ...this.#host.strings?.schedule };
  }
}

/** Loads the messages and styles for scheduled calls, and attaches the part for them to the controller. */
export const load: CallPart = async (host, call, language) => {
  if (call.schedule) return;
  const schedule = new CallSchedule(host, call, language);
  await schedule.load();
  addSheet(host.renderRoot as ShadowRoot, "schedule", styles.cssText);
  call.schedule = schedule;
  host.requestUpdate();
};

/** Replaces spaces with no-break spaces, so that the text stays on one line. */
const unbroken = (text: string): string => text.replaceAll(" ", "\u00a0");

/** Converts a time to a `Date` with the local day and time of a time zone. Default: the time zone of the browser. */
const dayOf = (time: string, timeZone?: string): Date =>
  // The Swedish format, such as "2026-11-24 09:30:00", can be parsed like ISO 8601.
  new Date(new Date(time).toLocaleString("sv", { timeZone }).replace(" ", "T"));

const indexIn = ({ target }: Event): number => (target as HTMLSelectElement).selectedIndex;

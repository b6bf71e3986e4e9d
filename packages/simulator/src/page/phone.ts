import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import type { Hears, Leg } from "../exchange/call.js";
import { handset, person, reception } from "./icons.js";
import { phoneCallStyles } from "./phone-call-styles.js";
import { phoneStyles } from "./phone-styles.js";
import { theme } from "./theme.js";
import { fileText, phoneText, type Messages, messagesFor } from "./messages.js";

/** Fired when the user presses a button of a phone to answer, decline or hang up the call. */
export class PhoneCommandEvent extends Event {
  readonly action: "answer" | "decline" | "hang-up";

  constructor(action: PhoneCommandEvent["action"]) {
    super("phone-command");
    this.action = action;
  }
}

/**
 * Shows one smartphone. It is locked, ringing or in a call.
 *
 * @event phone-command - fired when the user presses a button of the phone
 */
export class UisPhone extends LitElement {
  static override styles = [theme, phoneStyles, phoneCallStyles];
  static override properties: PropertyDeclarations = {
    leg: { attribute: false },
    elapsed: { attribute: false },
    language: { attribute: false },
    party: { reflect: true },
    state: { reflect: true },
    label: {},
  };

  declare leg: Leg | undefined;
  /** Returns the seconds since the start of the call. */
  declare elapsed: () => number;
  declare language: "en" | "ru";
  declare party: "visitor" | "office";
  declare state: "idle" | "call";
  /** Name of the person whose phone this is, shown below the phone. */
  declare label: string;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.elapsed = () => 0;
    this.language = "en";
    this.party = "visitor";
    this.state = "idle";
    this.label = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  protected override willUpdate(): void {
    this.state = this.leg && this.leg.state !== "ended" ? "call" : "idle";
  }

  /**
   * Renders again and again: every 0.1 seconds during a call, and otherwise every 10 seconds for the clock on the lock
   * screen.
   */
  protected override updated(): void {
    clearInterval(this.#ticking);
    this.#ticking = setInterval(() => this.requestUpdate(), this.state === "call" ? 100 : 10_000);
    const words = this.renderRoot.querySelector(".words");
    const unsaid = this.renderRoot.querySelector<HTMLElement>(".unsaid");
    if (words && unsaid) words.scrollTop = unsaid.offsetTop - words.clientHeight + 20;
  }

  protected override render(): TemplateResult {
    const { leg } = this;
    const ringing = leg?.state === "ringing";
    return html`<figure class=${classMap({ ringing })}>
      <div class="device">
        <div class="screen">
          <div class="island"></div>
          <div class="status"><span>${this.#time()}</span>${reception}</div>
          ${leg && this.state === "call" ? this.#call(leg) : this.#lock()}
          <div class="home"></div>
        </div>
      </div>
      <figcaption>${this.label}<span>${leg ? phoneText(leg.number) : nothing}</span></figcaption>
    </figure>`;
  }

  get #messages(): Messages {
    return messagesFor(this.language);
  }

  #time(): string {
    return new Date().toLocaleTimeString(this.language, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  }

  #lock(): TemplateResult {
    const date = new Date().toLocaleDateString(this.language, {
      weekday: "long",
      day: "numeric",
      month: "long",
    });
    return html`<div class="lock">
      <div class="date">${date}</div>
      <div class="clock">${this.#time()}</div>
      ${this.leg ? this.#notice(this.leg) : nothing}
    </div>`;
  }

  #notice(leg: Leg): TemplateResult {
    const messages = this.#messages;
    const talked = leg.answeredAt !== undefined;
    const title = talked
      ? `${messages.callEnded} · ${duration(leg.hears.since - (leg.answeredAt ?? 0))}`
      : {
          declined: messages.declined,
          "no-answer": messages.missed,
          busy: messages.busy,
          cancelled: messages.pickedUpElsewhere,
          "hung-up": messages.callEnded,
        }[leg.ended ?? "hung-up"];
    return html`<div class="notice">
      <span class="mark">${handset}</span>
      <b>${title}</b><small>${phoneText(leg.callerId)}</small>
    </div>`;
  }

  #call(leg: Leg): TemplateResult {
    const ringing = leg.state === "ringing";
    const line = ringing ? this.#messages.incoming : duration(this.elapsed() - (leg.answeredAt ?? 0));
    return html`<div class="who">
        <div class="number">${phoneText(leg.callerId)}</div>
        <div class="line">${line}</div>
      </div>
      <div class="middle">
        ${ringing ? html`<div class="avatar">${person}</div>` : this.#hears(leg.hears)}
      </div>
      <div class="keys">
        ${
          ringing
            ? [this.#key("decline", this.#messages.decline), this.#key("answer", this.#messages.answer)]
            : this.#key("hang-up", this.#messages.hangUp)
        }
      </div>`;
  }

  #key(action: PhoneCommandEvent["action"], text: string): TemplateResult {
    return html`<button
      class=${classMap({ answer: action === "answer", down: action !== "answer" })}
      aria-label="${text}: ${this.label}"
      @click=${() => this.dispatchEvent(new PhoneCommandEvent(action))}
    >
      <span class="key">${handset}</span><small>${text}</small>
    </button>`;
  }

  #hears(hears: Hears): TemplateResult | typeof nothing {
    const messages = this.#messages;
    switch (hears.kind) {
      case "message":
        return html`<div class="hears">
          <div class="kind">${wave(4)}${hears.type === "text" ? messages.says : messages.plays}</div>
          ${hears.type === "text" ? this.#spoken(hears) : html`<div class="file">▶ ${hears.file}</div>`}
        </div>`;
      case "music":
        return html`<div class="hears music">
          <div class="kind">${messages.waiting}</div>
          ${wave(9, true)}
          <div class="file">♪ ${fileText(hears.file ?? "", this.language)}</div>
        </div>`;
      case "talk":
        return html`<div class="hears talk">
          ${wave(11, true)}
          <div class="kind">${messages.talking}</div>
        </div>`;
      case "silence":
        return nothing;
    }
  }

  /** Renders the text of a spoken message. The part that has not been spoken yet is dimmed. */
  #spoken({ text = "", since, until = since }: Hears): TemplateResult {
    const share = until > since ? Math.min(1, Math.max(0, (this.elapsed() - since) / (until - since))) : 1;
    const end = Math.round(text.length * share);
    return html`<div class="words">${text.slice(0, end)}<span class="unsaid">${text.slice(end)}</span></div>`;
  }
}

function wave(bars: number, big = false): TemplateResult {
  return html`<span class=${classMap({ wave: true, big })} aria-hidden="true"
    >${Array.from({ length: bars }, () => html`<i></i>`)}</span
  >`;
}

/** Formats a number of seconds as minutes and seconds, for example `0:07`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

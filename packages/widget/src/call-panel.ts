import type { Call } from "@uis-call/shared";
import { adoptStyles, html, nothing, type ReactiveController, type TemplateResult } from "lit";
import { BffClient, CallRefused } from "./bff-client.js";
import { CallIntent, callRequest } from "./call-intent.js";
import { styles as panelStyles } from "./call-panel.styles.js";
import { type CallAction, type CallState, type Failure, isOver, placeOf, transition } from "./call-state.js";
import { UisCallErrorEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
import { closeIcon, doneIcon, phoneIcon } from "./icons.js";
import { directionOf, type Language } from "./language.js";
import type { Messages } from "./messages.js";
import { PhoneField } from "./phone-field.js";
import { phoneValue } from "./phone-number.js";
import { Texts } from "./texts.js";
import type { UisCallButton } from "./uis-call-button.js";
import { styles } from "./uis-call-button.styles.js";
import { inWords } from "./wording.js";

/** What the element works out from its attributes. */
export interface CallPanelOptions {
  endpoint: () => string;
  language: () => Language;
}

/**
 * All that is behind the button: form, session, call and its status. A file of its own, loaded when somebody is about to
 * open it.
 */
export class CallPanel implements ReactiveController {
  state: CallState = { phase: "idle" };
  readonly #host: UisCallButton;
  readonly #options: CallPanelOptions;
  readonly #texts: Texts;
  readonly #phoneInput = new PhoneField(
    () => this.#country,
    (text) => (this.#host.phone = text),
  );
  #consent = false;
  #client: BffClient | undefined;
  #opening: Promise<void> | undefined;
  readonly #intent = new CallIntent();
  #following: AbortController | undefined;

  constructor(host: UisCallButton, options: CallPanelOptions) {
    this.#host = host;
    this.#options = options;
    this.#texts = new Texts(host, options.language, () => host.strings);
  }

  /** Gets the texts; shows itself from then on. @throws TypeError where they cannot be reached */
  async load(): Promise<void> {
    await this.#texts.load();
    adoptStyles(this.#host.renderRoot as ShadowRoot, [styles, panelStyles]);
    this.#host.addController(this);
  }

  hostConnected(): void {
    if (this.state.phase === "following") this.#follow(this.state.call);
  }

  hostDisconnected(): void {
    this.#following?.abort();
  }

  /** The panel has been opened: the focus goes into it, and a session is begun. */
  async opened(): Promise<void> {
    await this.#host.updateComplete;
    (this.#phone ?? this.#element)?.focus();
    await this.#openSession();
  }

  /** Asks for a call as if the form had been submitted. */
  async call(): Promise<void> {
    await this.#openSession();
    await this.#host.updateComplete;
    await this.#submit();
  }

  /** Forgets session and call: the page has named another tenant or backend. */
  reset(): void {
    this.#following?.abort();
    this.#dispatch({ type: "reset" });
  }

  render(): TemplateResult | typeof nothing {
    const text = this.#texts.messages;
    if (text === undefined) return nothing;
    const language = this.#options.language();
    const inline = this.#host.display === "inline";
    return html`<div
      id="panel"
      part="panel"
      role="group"
      lang=${language}
      dir=${directionOf(language)}
      aria-labelledby="heading"
      tabindex="-1"
      ?hidden=${!inline && !this.#host.open}
      @keydown=${(event: KeyboardEvent) => this.#onKeydown(event)}
    >
      <div class="top">
        <slot name="header" id="heading"><h2>${text.heading}</h2></slot>
        ${
          inline
            ? nothing
            : html`<button
                type="button"
                part="close"
                aria-label=${text.close}
                @click=${() => this.#host.hide()}
              >
                ${closeIcon}
              </button>`
        }
      </div>
      ${this.#renderForm(text)}
      <div part="status" role="status">${this.#renderStatus(text)}</div>
      <div part="error" role="alert">${this.#failureAt(text, "panel")}</div>
      ${this.#cannotBeReached ? html`<div class="fallback"><slot></slot></div>` : nothing}
      ${this.state.phase === "over" || this.state.phase === "unavailable" ? this.#renderAgain(text) : nothing}
      <slot name="footer"></slot>
    </div>`;
  }

  #renderForm(text: Messages): TemplateResult | typeof nothing {
    const { phase } = this.state;
    if (phase === "following" || phase === "over" || phase === "unavailable") return nothing;
    const problem = this.#failureAt(text, "phone");
    return html`<form
      part="form"
      novalidate
      @submit=${(event: Event) => this.#onSubmit(event)}
      @focusin=${() => void this.#openSession()}
    >
      <div class="field">
        <label for="phone">${text.phone}</label>
        <input
          id="phone"
          part="phone"
          type="tel"
          dir="ltr"
          name="tel"
          autocomplete="tel"
          inputmode="tel"
          required
          maxlength="32"
          aria-describedby="phone-error phone-hint"
          aria-invalid=${problem === "" ? "false" : "true"}
          .value=${this.#host.phone}
          ?readonly=${phase === "sending"}
          @beforeinput=${this.#phoneInput}
          @input=${this.#phoneInput}
          @change=${this.#phoneInput}
          @paste=${this.#phoneInput}
          @compositionend=${this.#phoneInput}
        />
        <p id="phone-error" part="error" role="alert">${problem}</p>
        <p id="phone-hint" class="hint">${text.phoneHint}</p>
      </div>
      ${this.#renderConsent(text)}
      <button type="submit" part="submit" aria-disabled=${phase === "sending" ? "true" : "false"}>
        ${phase === "sending" ? text.sending : text.submit}
      </button>
    </form>`;
  }

  #renderConsent(text: Messages): TemplateResult | typeof nothing {
    if (this.state.phase !== "form" && this.state.phase !== "sending") return nothing;
    const { consent, privacyUrl } = this.state.session.tenant;
    const link = privacyUrl
      ? html`<a href=${privacyUrl} target="_blank" rel="noopener">${text.privacy}</a>`
      : nothing;
    if (consent === undefined) return html`${link}`;
    const problem = this.#failureAt(text, "consent");
    return html`<div part="consent" class="consent">
      <input
        id="consent"
        type="checkbox"
        required
        aria-describedby="consent-error"
        aria-invalid=${problem === "" ? "false" : "true"}
        .checked=${this.#consent}
        @change=${(event: Event) => this.#onConsentChange(event)}
      />
      <label for="consent">${consent.text}<slot name="consent"></slot></label>
      ${link}
      <p id="consent-error" part="error" role="alert">${problem}</p>
    </div>`;
  }

  #renderStatus(text: Messages): TemplateResult | typeof nothing {
    if (this.state.phase !== "following" && this.state.phase !== "over") return nothing;
    const { status, reason } = this.state.call;
    const sentence = (reason && text.reason[reason]) ?? text.status[status];
    return html`<div class="outcome ${this.state.phase === "following" ? "under-way" : ""}">
      <span class="sign ${status}">${status === "placed" ? doneIcon : phoneIcon}</span>
      <p>${sentence}</p>
    </div>`;
  }

  #renderAgain(text: Messages): TemplateResult {
    return html`<button type="button" part="submit" @click=${() => void this.#again()}>
      ${text.again}
    </button>`;
  }

  get #phone(): HTMLInputElement | null {
    return this.#host.renderRoot.querySelector("[part~=phone]");
  }

  get #consentBox(): HTMLInputElement | null {
    return this.#host.renderRoot.querySelector("[part~=consent] input");
  }

  get #element(): HTMLElement | null {
    return this.#host.renderRoot.querySelector("[part~=panel]");
  }

  get #country(): string {
    const { country = "" } = "session" in this.state ? this.state.session.tenant : {};
    return this.#host.country.toUpperCase() || country || (COUNTRIES[this.#options.language()] ?? "");
  }

  get #failure(): Failure | undefined {
    return "failure" in this.state ? this.state.failure : undefined;
  }

  get #cannotBeReached(): boolean {
    const code = this.#failure?.code;
    return (
      this.state.phase === "unavailable" ||
      code === "network" ||
      code === "unavailable" ||
      code === "internal"
    );
  }

  /** The sentence for the failure, if it belongs there. */
  #failureAt(text: Messages, place: "phone" | "consent" | "panel"): string {
    const failure = this.#failure;
    if (failure === undefined || placeOf(failure) !== place) return "";
    if (failure.code === "phone_missing") return text.phoneMissing;
    return failure.retryAfter === undefined
      ? text.failure[failure.code]
      : text.limited.replace("{when}", inWords(failure.retryAfter, this.#options.language()));
  }

  #dispatch(action: CallAction): void {
    this.state = transition(this.state, action);
    this.#host.requestUpdate();
  }

  /** Opens a session unless there is one; the backend hears of us here for the first time. */
  #openSession(): Promise<void> {
    if (this.state.phase !== "idle" && this.state.phase !== "unavailable")
      return this.#opening ?? Promise.resolve();
    this.#dispatch({ type: "open" });
    this.#client = new BffClient({
      endpoint: this.#options.endpoint(),
      tenant: this.#host.tenant,
      locale: this.#options.language(),
    });
    this.#opening = this.#client.openSession().then(
      (session) => this.#dispatch({ type: "opened", session }),
      (error: unknown) => this.#fail(error),
    );
    return this.#opening;
  }

  async #submit(): Promise<void> {
    await this.#openSession();
    const client = this.#client;
    if (this.state.phase !== "form" || this.#host.disabled || client === undefined) return;
    const phone = this.#host.phone.trim();
    if (phone === "") return this.#showFailure({ code: "phone_missing", at: "phone" });
    if (this.state.session.tenant.consent !== undefined && !this.#consent) {
      return this.#showFailure({ code: "consent_required", at: "consent" });
    }
    if (!this.#host.dispatchEvent(new UisCallSubmitEvent(this.#host.target))) return;
    const request = callRequest(this.#host, {
      phone: phoneValue(phone, this.#country) ?? phone,
      ...(this.#consent && { consent: true }),
    });
    this.#dispatch({ type: "submit" });
    try {
      const call = await client.placeCall(request, this.#intent.keyFor(request));
      this.#changed(call);
      if (!isOver(call) && this.#host.isConnected) this.#follow(call);
      await this.#host.updateComplete;
      if (this.#host.shadowRoot?.activeElement === null && this.#host.open) this.#element?.focus();
    } catch (error) {
      await this.#fail(error);
    }
  }

  #changed(call: Call): void {
    this.#dispatch({ type: "changed", call });
    if (this.state.phase === "over") this.#intent.done();
    this.#host.dispatchEvent(new UisCallStatusEvent(call));
  }

  #follow(call: Call): void {
    this.#following?.abort();
    this.#following = new AbortController();
    this.#client?.follow(
      call.id,
      this.#following.signal,
      (changed) => this.#changed(changed),
      (error) => void this.#fail(error),
    );
  }

  async #fail(error: unknown): Promise<void> {
    const { code, at, retryAfter } = error instanceof CallRefused ? error : new CallRefused("network");
    await this.#showFailure({ code, at, retryAfter });
  }

  async #showFailure(failure: Failure): Promise<void> {
    this.#dispatch({ type: "failed", failure });
    if (failure.code !== "phone_missing") this.#host.dispatchEvent(new UisCallErrorEvent(failure.code));
    await this.#host.updateComplete;
    const place = placeOf(failure);
    if (place === "phone") this.#phone?.focus();
    if (place === "consent") this.#consentBox?.focus();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    void this.#submit();
  }

  #onConsentChange({ target }: Event): void {
    this.#consent = (target as HTMLInputElement).checked;
    this.#host.requestUpdate();
  }

  #onKeydown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.#host.display === "inline") return;
    event.stopPropagation();
    this.#host.hide();
  }

  async #again(): Promise<void> {
    if (this.state.phase === "unavailable") await this.#openSession();
    else this.#dispatch({ type: "again" });
    await this.#host.updateComplete;
    this.#phone?.focus();
  }
}

/** Where a language is read before the tenant's country is known. */
const COUNTRIES: Record<string, string> = { ru: "RU", kk: "KZ" };

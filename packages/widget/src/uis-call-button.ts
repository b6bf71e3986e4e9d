import type { Call, CallRequest } from "@uis-call/shared";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { BffClient, CallRefused } from "./bff-client.js";
import { type CallAction, type CallState, type Failure, isOver, transition } from "./call-state.js";
import { UisCallErrorEvent, UisCallOpenEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
import { closeIcon, doneIcon, phoneIcon } from "./icons.js";
import { directionOf, inWords, labelsFor, type Language, languageOf } from "./language.js";
import type { Messages, Strings } from "./messages.js";
import { PhoneField } from "./phone-field.js";
import { phoneValue } from "./phone-number.js";
import { Texts } from "./texts.js";
import { styles } from "./uis-call-button.styles.js";

/**
 * A button that has UIS ring the office and the visitor and connect them. Makes no request until it is touched.
 *
 * @event {UisCallOpenEvent} uis-call-open - the form has been opened
 * @event {UisCallSubmitEvent} uis-call-submit - a call is asked for; cancelable
 * @event {UisCallStatusEvent} uis-call-status - the call has changed
 * @event {UisCallErrorEvent} uis-call-error - the call could not be asked for, or followed
 * @slot - shown until the element is ready and when it cannot work: a `tel:` link
 * @slot header - instead of the panel's heading
 * @slot consent - beside the consent box, after the tenant's text
 * @slot footer - at the end of the panel
 * @csspart button - opens the panel
 * @csspart panel - holds form and status
 * @csspart close - closes the panel
 * @csspart form
 * @csspart phone - the input
 * @csspart consent - the box and its text
 * @csspart submit
 * @csspart status - what becomes of the call
 * @csspart error
 * @cssprop --uis-call-accent - buttons and focus
 * @cssprop --uis-call-accent-text - text on the accent
 * @cssprop --uis-call-surface - panel
 * @cssprop --uis-call-text
 * @cssprop --uis-call-muted - hints and icons
 * @cssprop --uis-call-border
 * @cssprop --uis-call-error
 * @cssprop --uis-call-radius
 * @cssprop --uis-call-shadow - of the panel
 * @cssprop --uis-call-font - as the `font` shorthand; default: the page's
 */
export class UisCallButton extends LitElement {
  static override styles = styles;

  /** Base URL of the backend for elements that name none; the embed script sets it to where it came from. */
  static defaultEndpoint = "";

  /** Base URL of the backend, such as `https://calls.example.com/api`. */
  @property() endpoint = "";
  /** Id of the tenant. Required. */
  @property() tenant = "";
  /** Id of the target. Required. */
  @property() target = "";
  /** `popover`: a button opens the form. `inline`: the form is there at once. */
  @property({ reflect: true }) display: "popover" | "inline" = "popover";
  /** Text of the button. */
  @property() label = "";
  /** `ru`, `en` …; default: the nearest `lang`. */
  @property() locale = "";
  /** ISO 3166 region that numbers without `+` are read in; default: the tenant's, or the language's. */
  @property() country = "";
  /** Prefills the visitor's number. */
  @property() phone = "";
  /** Values for the tenant's message templates. */
  @property({ attribute: false }) variables: Record<string, string> | undefined;
  /** The page's own words, over ours. */
  @property({ attribute: false }) strings: Strings | undefined;
  @property({ type: Boolean, reflect: true }) disabled = false;
  /** Whether the panel is open. */
  @property({ type: Boolean, reflect: true }) open = false;

  @state() private state: CallState = { phase: "idle" };
  @state() private consent = false;

  @query("[part~=phone]") private phoneField!: HTMLInputElement | null;
  @query("[part~=consent] input") private consentBox!: HTMLInputElement | null;
  @query("[part~=button]") private button!: HTMLButtonElement | null;
  @query("[part~=panel]") private panel!: HTMLElement | null;

  readonly #texts = new Texts(
    this,
    () => this.#language,
    () => this.strings,
  );
  readonly #phoneInput = new PhoneField(
    () => this.#country,
    (text) => (this.phone = text),
  );
  #client: BffClient | undefined;
  #opening: Promise<void> | undefined;
  /** One intent is one key: repeats of the same values are the same call. */
  #intent: { key: string; values: string } | undefined;
  #following: AbortController | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.state.phase === "following") this.#follow(this.state.call);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#following?.abort();
  }

  /** Opens the panel and puts the focus into it. */
  show(): void {
    if (this.disabled || !this.#configured) return;
    this.open = true;
  }

  /** Closes the panel; a call under way goes on. */
  hide(): void {
    this.open = false;
  }

  /** Asks for a call as if the form had been submitted, with `phone` or what is in the field. */
  async call(phone?: string): Promise<void> {
    if (phone !== undefined) this.phone = phone;
    this.show();
    await this.#openSession();
    await this.updateComplete;
    await this.#submit();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hasUpdated || !(changed.has("tenant") || changed.has("endpoint"))) return;
    this.#following?.abort();
    this.#dispatch({ type: "reset" });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.display === "inline") this.#prepare();
    if (!changed.has("open")) return;
    if (this.open) void this.updateComplete.then(() => this.#opened());
    else if (changed.get("open") === true && this.display === "popover") this.#returnFocus();
  }

  protected override render(): TemplateResult {
    if (!this.#configured) return html`<slot></slot>`;
    const text = this.#texts.messages;
    // Inline, the page's own content stays until there is something in its place.
    if (this.display === "inline") return text ? this.#renderPanel(text) : html`<slot></slot>`;
    return html`${this.#renderButton()} ${text ? this.#renderPanel(text) : this.#renderMissing()}`;
  }

  /** Without its texts there is no panel. */
  #renderMissing(): TemplateResult | typeof nothing {
    return this.open && this.#failure !== undefined ? html`<slot></slot>` : nothing;
  }

  #renderButton(): TemplateResult {
    const underWay = this.state.phase === "following";
    const { label, calling } = labelsFor(this.#language, this.strings);
    return html`<button
      type="button"
      part="button"
      class=${underWay ? "under-way" : ""}
      aria-expanded=${this.open ? "true" : "false"}
      aria-controls="panel"
      dir=${directionOf(this.#language)}
      @pointerenter=${this.#prepare}
      @focus=${this.#prepare}
      ?disabled=${this.disabled}
      @click=${() => (this.open ? this.hide() : this.show())}
    >
      ${phoneIcon}${underWay ? calling : this.label || label}
    </button>`;
  }

  #renderPanel(text: Messages): TemplateResult {
    const inline = this.display === "inline";
    return html`<div
      id="panel"
      part="panel"
      role="group"
      lang=${this.#language}
      dir=${directionOf(this.#language)}
      aria-labelledby="heading"
      tabindex="-1"
      ?hidden=${!inline && !this.open}
      @keydown=${this.#onKeydown}
    >
      <div class="top">
        <slot name="header" id="heading"><h2>${text.heading}</h2></slot>
        ${
          inline
            ? nothing
            : html`<button type="button" part="close" aria-label=${text.close} @click=${() => this.hide()}>
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
      @submit=${this.#onSubmit}
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
          .value=${this.phone}
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
        .checked=${this.consent}
        @change=${this.#onConsentChange}
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
    return html`<button type="button" part="submit" @click=${this.#again}>${text.again}</button>`;
  }

  get #language(): Language {
    if (this.locale) return languageOf(this.locale);
    // Not past a shadow root, hence the document.
    return languageOf(this.closest<HTMLElement>("[lang]")?.lang ?? document.documentElement.lang);
  }

  get #country(): string {
    const { country = "" } = "session" in this.state ? this.state.session.tenant : {};
    return this.country.toUpperCase() || country || (COUNTRIES[this.#language] ?? "");
  }

  get #endpoint(): string {
    return (this.endpoint || (this.constructor as typeof UisCallButton).defaultEndpoint).replace(/\/+$/, "");
  }

  get #configured(): boolean {
    return this.tenant !== "" && this.target !== "" && this.#endpoint !== "";
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
      : text.limited.replace("{when}", inWords(failure.retryAfter, this.#language));
  }

  #dispatch(action: CallAction): void {
    this.state = transition(this.state, action);
  }

  async #opened(): Promise<void> {
    this.dispatchEvent(new UisCallOpenEvent());
    const opening = this.#openSession();
    await this.#loadTexts();
    await this.updateComplete;
    (this.phoneField ?? this.panel)?.focus();
    await opening;
  }

  /** Somebody is about to open the panel. */
  #prepare(): void {
    this.#texts.load().catch(() => undefined);
  }

  async #loadTexts(): Promise<void> {
    await this.#texts.load().catch((error: unknown) => this.#fail(error));
  }

  /** Opens a session unless there is one; the backend hears of us here for the first time. */
  #openSession(): Promise<void> {
    if (this.state.phase !== "idle" && this.state.phase !== "unavailable")
      return this.#opening ?? Promise.resolve();
    this.#dispatch({ type: "open" });
    this.#client = new BffClient({ endpoint: this.#endpoint, tenant: this.tenant, locale: this.#language });
    this.#opening = this.#client.openSession().then(
      (session) => this.#dispatch({ type: "opened", session }),
      (error: unknown) => this.#fail(error),
    );
    return this.#opening;
  }

  async #submit(): Promise<void> {
    await this.#openSession();
    const client = this.#client;
    if (this.state.phase !== "form" || this.disabled || client === undefined) return;
    const phone = this.phone.trim();
    if (phone === "") return this.#showFailure({ code: "phone_missing", at: "phone" });
    if (this.state.session.tenant.consent !== undefined && !this.consent) {
      return this.#showFailure({ code: "consent_required", at: "consent" });
    }
    if (!this.dispatchEvent(new UisCallSubmitEvent(this.target))) return;
    const request = this.#request(phone);
    this.#dispatch({ type: "submit" });
    try {
      const call = await client.placeCall(request, this.#keyFor(request));
      this.#changed(call);
      if (!isOver(call) && this.isConnected) this.#follow(call);
      await this.updateComplete;
      if (this.shadowRoot?.activeElement === null && this.open) this.panel?.focus();
    } catch (error) {
      await this.#fail(error);
    }
  }

  #request(phone: string): CallRequest {
    return {
      target: this.target,
      phone: phoneValue(phone, this.#country) ?? phone,
      ...(this.consent && { consent: true }),
      ...(this.variables !== undefined && { variables: { ...this.variables } }),
      ...(/^https?:/.test(location.href) && { page: (location.origin + location.pathname).slice(0, 2048) }),
    };
  }

  #keyFor(request: CallRequest): string {
    const values = JSON.stringify(request);
    if (this.#intent?.values !== values) this.#intent = { key: randomUuid(), values };
    return this.#intent.key;
  }

  #changed(call: Call): void {
    this.#dispatch({ type: "changed", call });
    if (this.state.phase === "over") this.#intent = undefined;
    this.dispatchEvent(new UisCallStatusEvent(call));
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
    if (failure.code !== "phone_missing") this.dispatchEvent(new UisCallErrorEvent(failure.code));
    await this.updateComplete;
    const place = placeOf(failure);
    if (place === "phone") this.phoneField?.focus();
    if (place === "consent") this.consentBox?.focus();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    void this.#submit();
  }

  #onConsentChange({ target }: Event): void {
    this.consent = (target as HTMLInputElement).checked;
  }

  #onKeydown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.display === "inline") return;
    event.stopPropagation();
    this.hide();
  }

  async #again(): Promise<void> {
    if (this.state.phase === "unavailable") await this.#openSession();
    else this.#dispatch({ type: "again" });
    await this.updateComplete;
    this.phoneField?.focus();
  }

  /** Only if it was in the panel: closing must not pull it from where the visitor went on. */
  #returnFocus(): void {
    if (this.shadowRoot?.activeElement !== null || document.activeElement === document.body)
      this.button?.focus();
  }
}

/** Where a language is read before the tenant's country is known. */
const COUNTRIES: Record<string, string> = { ru: "RU", kk: "KZ" };

/** Where in the panel a failure is told. */
function placeOf({ code }: Failure): "phone" | "consent" | "panel" {
  if (code === "phone_invalid" || code === "phone_missing" || code === "number_not_allowed") return "phone";
  return code === "consent_required" ? "consent" : "panel";
}

/** `crypto.randomUUID` exists in secure contexts only. RFC 9562, version 4. */
function randomUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

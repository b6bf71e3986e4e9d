import {
  adoptStyles,
  html,
  isServer,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  supportsAdoptingStyleSheets,
  type TemplateResult,
} from "lit";
import { BUTTON_OF, matterOf, OWNER_OF, statementOf, storedCall } from "./storage.js";
import type { CallPanel } from "./panel.js";
import type { CallState } from "./call-state.js";
import { UisCallErrorEvent, UisCallOpenEvent } from "./events.js";
import { renderFallback } from "./fallback.js";
import { inTime } from "./in-time.js";
import { phoneIcon } from "./icons.js";
import { directionOf, labelIn, type Language, loadMessages } from "./i18n/language.js";
import { SHAPE_OF_STRINGS, type Strings } from "./i18n/messages.js";
import { PageLanguage } from "./i18n/page-language.js";
import { keepEventsInside } from "./own-events.js";
import { isAddress, type Kind, taken, textsIn } from "./property-types.js";
import { States } from "./states.js";
import { styles } from "./uis-call-button.styles.js";

/** Properties that accept other kinds of values than texts and flags, with these kinds. */
const KINDS: Record<string, readonly Kind[]> = {
  identity: ["function"],
  sealedNumber: ["text", "function"],
  variables: ["object"],
  strings: ["object"],
};

/**
 * A button that has UIS ring the office and the visitor and connect them. Makes no request until it is touched.
 *
 * @tag uis-call-button
 *
 * @event {UisCallOpenEvent} uis-call-open - the form has been opened
 * @event {UisCallSubmitEvent} uis-call-submit - a call is asked for; cancelable
 * @event {UisCallStatusEvent} uis-call-status - the call has another status
 * @event {UisCallErrorEvent} uis-call-error - the call could not be asked for, or followed
 * @slot - shown until the element is ready: a `tel:` link. Where no call can be made, its links are shown as parts `link`
 * @slot header - instead of the panel's heading
 * @slot consent - beside the consent box, after the tenant's text
 * @slot footer - at the end of the panel
 * @csspart button - opens the panel
 * @csspart panel - holds form and status
 * @csspart close - closes the panel
 * @csspart form - asks for the number
 * @csspart phone - the input
 * @csspart closed - says that the target is closed, and until when
 * @csspart day - the choice of a day, while it is closed
 * @csspart time - and of a time
 * @csspart consent - the box and its text
 * @csspart submit - asks for the call
 * @csspart cancel - takes back a call that is not sent yet
 * @csspart link - the page's own link, where no call can be made
 * @csspart status - what becomes of the call
 * @csspart error - what went wrong
 * @cssstate open - the panel is open
 * @cssstate inline - `display` is `inline`
 * @cssstate floating - `display` is `floating`
 * @cssprop --uis-call-accent - buttons and focus
 * @cssprop --uis-call-accent-text - text on the accent
 * @cssprop --uis-call-surface - panel
 * @cssprop --uis-call-text - of the panel
 * @cssprop --uis-call-muted - hints, icons, borders of fields
 * @cssprop --uis-call-border - of the panel
 * @cssprop --uis-call-error - what went wrong
 * @cssprop --uis-call-radius - of corners
 * @cssprop --uis-call-shadow - of the panel
 * @cssprop --uis-call-layer - z-index of the floating button
 * @cssprop --uis-call-font - as the `font` shorthand; default: the page's
 */
export class UisCallButton extends LitElement {
  static override styles = styles;
  static override properties: PropertyDeclarations = {
    endpoint: {},
    tenant: {},
    target: {},
    reference: {},
    display: {},
    label: {},
    locale: {},
    country: {},
    phone: {},
    token: {},
    identity: { attribute: false },
    sealedNumber: { attribute: "sealed-number" },
    variables: { attribute: false },
    strings: { attribute: false },
    programmatic: { type: Boolean },
    disabled: { type: Boolean, reflect: true },
    open: { type: Boolean },
  };

  /** Base URL of the backend for elements without `endpoint`; the embed script sets it to its own folder. */
  static defaultEndpoint = "";

  /** Base URL of the backend, such as `https://calls.example.com/api`. */
  endpoint = "";
  /** Id of the tenant. Required. */
  tenant = "";
  /** Id of the target. Required. */
  target = "";
  /** The page's own name for what the call is about (a deal, an ad): 1 to 128 printable characters. Identifies the button with its target. */
  reference = "";
  /** `popover`: a button opens the form. `inline`: the form is there at once. `floating`: the button stays in a corner. */
  display: "popover" | "inline" | "floating" = "popover";
  /** Text of the button. */
  label = "";
  /** `ru`, `en` …; default: the nearest `lang`. */
  locale = "";
  /** ISO 3166 region in which numbers without `+` are read; default: the tenant's, or the language's. */
  country = "";
  /** Prefills the visitor's number. */
  phone = "";
  /** An identity token: who the user is. Good for one session. */
  token = "";
  /** Returns an identity token, or none for an anonymous visitor. Called for each session; one button's answers for the page. */
  identity: (() => Promise<string | undefined>) | undefined;
  /** A number sealed by the page's backend, where the target needs one; or a function that returns it, called for each call. */
  sealedNumber: string | (() => Promise<string | undefined>) = "";
  /** Values for the tenant's message templates. */
  variables: Record<string, string | number> | undefined;
  /** Overrides of the element's messages. */
  strings: Strings | undefined;
  /** Whether clicks by script place calls, too; otherwise only a person's do. {@link call} always does. */
  programmatic = false;
  /** Whether the button is disabled. */
  disabled = false;
  /** Whether the panel is open. The attribute opens it once, and does not follow. */
  open = false;

  readonly #states = new States(this);
  readonly #page = new PageLanguage(this);
  /** Whether loading the panel has failed, or takes too long. */
  #missing = false;
  #panel: CallPanel | undefined;
  #loading: Promise<CallPanel> | undefined;
  /** Whether the script that keeps the button in its corner is loaded or being loaded. */
  #inCorner = false;
  /** The language of the panel, once the panel is loaded. */
  #spoken: Language | undefined;

  constructor() {
    super();
    if (!(isServer as boolean)) keepEventsInside(this);
  }

  /** Keeps the panel, its text and the focus when the page moves the element by `moveBefore`. */
  connectedMoveCallback(): void {
    this.#panel?.moved();
    this.requestUpdate();
  }

  /** Keeps the styles when the page moves the element to another document: a frame, or a window that it has opened. */
  adoptedCallback(): void {
    this.#fetch().then(
      (panel) => panel.adoptSheets(),
      () => undefined,
    );
  }

  /**
   * Makes all property setters of this class check the values that a page sets. Properties of a subclass are not
   * checked.
   */
  protected static override finalize(): void {
    const isNew = this === UisCallButton && !Object.hasOwn(this, "finalized");
    super.finalize();
    if (isNew)
      for (const [name, { type }] of this.elementProperties) this.#check(String(name), type === Boolean);
  }

  /** Makes the property's setter report values of a wrong type and treat the property as not set. */
  static #check(name: string, flag: boolean): void {
    const accessor = Object.getOwnPropertyDescriptor(this.prototype, name);
    const kinds = KINDS[name] ?? [flag ? "flag" : "text"];
    const none = flag ? false : kinds.includes("text") ? "" : undefined;
    Object.defineProperty(this.prototype, name, {
      ...accessor,
      set(this: UisCallButton, value: unknown) {
        const known = taken(this, name, value, kinds) ?? none;
        // Does not copy `variables`: they are read when a call is requested, and pages may change them until then.
        const copied = name === "strings" ? textsIn(this, name, known, SHAPE_OF_STRINGS) : known;
        accessor?.set?.call(this, copied);
      },
    });
  }

  /** Opens the panel and puts the focus into it. */
  show(): void {
    if (this.disabled || !this.#usable) return;
    this.open = true;
  }

  /** Closes the panel; a call under way goes on. */
  hide(): void {
    this.open = false;
  }

  /** Asks for a call as if the form had been submitted, with `phone` or the field's value. */
  async call(phone?: string): Promise<void> {
    this.phone = phone ?? this.phone;
    if (!this.#usable) return;
    this.show();
    await (await this.#load())?.submit();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const call = this.#panel?.call;
    // A new function does not count as a change, because some frameworks create one at every render.
    const otherFunction = changed.get("identity") && this.identity;
    // Pages rendered by a server have a new token each time. If it says the same, user and session are the same.
    const otherToken =
      changed.has("token") && statementOf(changed.get("token") ?? "") !== statementOf(this.token);
    const otherSession = changed.has("endpoint") || otherToken || (changed.has("identity") && !otherFunction);
    if (this.#isAnother(changed)) {
      // Closes the panel that was opened before the change: a click in it would now request a different call.
      if (!changed.has("open")) this.open = false;
      call?.turn(!otherSession && !changed.has("tenant"));
    } else if (otherSession) call?.reset();
    const otherLanguage = call && this.#spoken !== this.#language;
    if (otherLanguage) this.#spoken = this.#language;
    // The backend's titles and messages depend on the language, so a new session is needed. A token cannot open a
    // second session, so with a token the session is kept.
    if (!otherSession && otherLanguage && !this.token) call.renew();
    // The text of the consent box comes from the backend, so the session is opened at once in the new language.
    if (otherLanguage && call.session) void call.openSession();
    this.#states.set("open", this.open);
    for (const display of ["inline", "floating"]) this.#states.set(display, this.display === display);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const resumes = OWNER_OF.some((name) => changed.has(name)) && storedCall(matterOf(this));
    if ((this.display === "inline" || resumes) && this.#usable) this.#prepare();
    if (this.display === "floating") this.#keepInCorner();
    if (!changed.has("open")) return;
    if (this.open) void this.updateComplete.then(() => this.#opened());
    // Focuses the button only if the focus was in the panel: closing the panel must not move the focus away from
    // another part of the page.
    else if (
      changed.get("open") &&
      this.display !== "inline" &&
      (this.shadowRoot?.activeElement || this.ownerDocument.activeElement === this.ownerDocument.body)
    )
      this.renderRoot.querySelector<HTMLElement>("[part=button]")?.focus();
  }

  /**
   * Empties a server-rendered shadow root instead of hydrating it, because that root contains only the slot for the
   * page's own content.
   */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = this.shadowRoot;
    if (!root) return super.createRenderRoot();
    root.replaceChildren();
    adoptStyles(root, (this.constructor as typeof UisCallButton).elementStyles);
    return root;
  }

  protected override render(): TemplateResult {
    if ((isServer as boolean) || !this.#usable) return html`<slot></slot>`;
    const missing = this.#missing ? renderFallback(this) : nothing;
    // An inline element shows the page's own content until the panel is loaded.
    if (this.display === "inline")
      return html`${this.#panel?.render() ?? (this.#missing ? missing : html`<slot></slot>`)}`;
    const button = this.#renderButton();
    return html`${this.display === "floating" ? html`<div class="corner">${button}</div>` : button}
    ${this.#panel?.render()} ${this.open ? missing : nothing}`;
  }

  /**
   * Whether the changes make the element a different button. This happens when a framework reuses the rows of a list.
   */
  #isAnother(changed: PropertyValues<this>): boolean {
    if (!this.hasUpdated) return false;
    if (BUTTON_OF.some((name) => changed.has(name))) return true;
    // Without a reference, only the sealed number distinguishes two buttons. A changed function does not count, because
    // some frameworks create a new function at every render.
    const sealed = changed.get("sealedNumber") && typeof this.sealedNumber !== "function";
    return Boolean(sealed) && !matterOf(this).reference;
  }

  #renderButton(): TemplateResult {
    const { phase, call } = this.state;
    // A scheduled call does not count as under way, because the phone will not ring soon.
    const underWay = phase === "following" && call?.status !== "scheduled";
    const label = this.label || (this.strings?.label ?? labelIn(this.#language));
    return html`<button
      part="button"
      class=${underWay ? "under-way" : ""}
      aria-haspopup="dialog"
      aria-expanded=${this.open}
      aria-controls="panel"
      dir=${directionOf(this.#language)}
      @pointerenter=${this.#prepare}
      @focus=${this.#prepare}
      ?disabled=${this.disabled}
      @click=${() => (this.open ? this.hide() : this.show())}
    >
      ${phoneIcon}<span>${underWay ? this.#panel?.calling : label}</span>
    </button>`;
  }

  get #language(): Language {
    return this.#page.language;
  }

  get #endpoint(): string {
    return (this.endpoint || (this.constructor as typeof UisCallButton).defaultEndpoint).replace(/\/$/, "");
  }

  /** Whether the button can work: required attributes are set, and the browser supports adopted style sheets. */
  get #usable(): boolean {
    return (
      supportsAdoptingStyleSheets &&
      Boolean(this.tenant && this.target && this.#endpoint) &&
      isAddress(this, "endpoint", this.#endpoint)
    );
  }

  /** State of the call; empty until the panel is loaded. */
  private get state(): Partial<CallState> {
    return this.#panel?.call.state ?? {};
  }

  async #opened(): Promise<void> {
    this.dispatchEvent(new UisCallOpenEvent(matterOf(this)));
    await (await this.#load())?.opened();
  }

  #keepInCorner(): void {
    if (this.#inCorner) return;
    this.#inCorner = true;
    import("./lazy/corner.js").then(
      ({ Corner }) => new Corner(this),
      () => (this.#inCorner = false),
    );
  }

  /** Loads the panel before it is needed, for example when the pointer or the focus reaches the button. */
  #prepare(): void {
    this.#fetch().catch(() => undefined);
  }

  /** Returns the panel. If it cannot be loaded in time, dispatches an error event and returns undefined. */
  async #load(): Promise<CallPanel | undefined> {
    try {
      return await inTime(() => this.#fetch());
    } catch {
      this.#miss();
      this.dispatchEvent(new UisCallErrorEvent(matterOf(this), "network"));
      return undefined;
    }
  }

  #fetch(): Promise<CallPanel> {
    this.#loading ??= this.#import().catch((error: unknown) => {
      this.#loading = undefined;
      this.#miss();
      throw error;
    });
    return this.#loading;
  }

  /** Shows the page's own link in place of the panel. */
  #miss(): void {
    // Requests an update only after the first failure. Each update of an inline button loads the panel again, so further
    // updates would make an endless loop.
    if (!this.#missing) this.requestUpdate();
    this.#missing = true;
  }

  async #import(): Promise<CallPanel> {
    // Loads both in parallel, because the first render needs both.
    const [{ CallPanel }] = await Promise.all([import("./panel.js"), loadMessages(this.#language)]);
    const panel = new CallPanel(this, { endpoint: () => this.#endpoint, language: () => this.#language });
    await panel.load();
    this.#panel = panel;
    this.#spoken = this.#language;
    panel.call.resume();
    this.#missing = false;
    this.requestUpdate();
    return panel;
  }
}

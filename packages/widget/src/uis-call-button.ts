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
import { BUTTON_OF, matterOf, OWNER_OF, storedCall } from "./storage.js";
import type { CallPanel } from "./panel.js";
import type { CallState } from "./call-state.js";
import { UisCallErrorEvent, UisCallOpenEvent } from "./events.js";
import { renderFallback } from "./fallback.js";
import { phoneIcon } from "./icons.js";
import { directionOf, labelIn, type Language, loadMessages } from "./i18n/language.js";
import type { Strings } from "./i18n/messages.js";
import { PageLanguage } from "./i18n/page-language.js";
import { keepEventsInside } from "./own-events.js";
import { type Kind, taken, textsIn } from "./property-types.js";
import { States } from "./states.js";
import { styles } from "./uis-call-button.styles.js";

/** Properties a session depends on besides the tenant: a change of one opens another session. */
const SESSION_OF = ["endpoint", "token"] as const;

/** Kinds of values that properties take besides texts and flags. */
const KINDS: Record<string, readonly Kind[]> = {
  identity: ["function"],
  sealedNumber: ["text", "function"],
  variables: ["object"],
  strings: ["object"],
};

/** Members of `strings` that hold texts of their own. */
const NESTED = ["status", "reason", "failure", "schedule"];

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
  /** Whether loading the panel has failed. */
  #missing = false;
  #panel: CallPanel | undefined;
  #loading: Promise<CallPanel> | undefined;
  #corner: Promise<void> | undefined;
  /** The language of the panel, once that is loaded. */
  #spoken: Language | undefined;

  constructor() {
    super();
    if (!isServer) keepEventsInside(this);
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

  /** Has all setters of this class check what a page sets. Properties of a subclass are its own. */
  protected static override finalize(): void {
    const isNew = this === UisCallButton && !Object.hasOwn(this, "finalized");
    super.finalize();
    if (isNew)
      for (const [name, { type }] of this.elementProperties) this.#check(String(name), type === Boolean);
  }

  /** Reports a value of another type: the property is then as if it had not been set. */
  static #check(name: string, flag: boolean): void {
    const accessor = Object.getOwnPropertyDescriptor(this.prototype, name);
    const kinds = KINDS[name] ?? [flag ? "flag" : "text"];
    const none = flag ? false : kinds.includes("text") ? "" : undefined;
    Object.defineProperty(this.prototype, name, {
      ...accessor,
      set(this: UisCallButton, value: unknown) {
        const known = taken(this, name, value, kinds) ?? none;
        // Variables are read when a call is asked for: pages may change them until then.
        const copied = name === "strings" ? textsIn(this, name, known, NESTED) : known;
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
    this.show();
    await (await this.#load())?.submit();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const call = this.#panel?.call;
    // Some frameworks make a new function at every render.
    const otherFunction = changed.get("identity") && this.identity;
    const otherSession =
      SESSION_OF.some((name) => changed.has(name)) || (changed.has("identity") && !otherFunction);
    if (this.#isAnother(changed)) {
      // Closes the panel opened for the old button: a press in it would call the new one.
      if (!changed.has("open")) this.open = false;
      call?.turn(!otherSession && !changed.has("tenant"));
    } else if (otherSession) call?.reset();
    const otherLanguage = call && this.#spoken !== this.#language;
    if (otherLanguage) this.#spoken = this.#language;
    // Titles and messages of the backend depend on the language, too. A token cannot open a second session.
    if (!otherSession && otherLanguage && !this.token) call?.renew();
    // The words beside a consent box are the backend's.
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
    // Only if the focus was in the panel: closing must not move it from another place of the page.
    else if (
      changed.get("open") &&
      this.display !== "inline" &&
      (this.shadowRoot?.activeElement || this.ownerDocument.activeElement === this.ownerDocument.body)
    )
      this.renderRoot.querySelector<HTMLElement>("[part=button]")?.focus();
  }

  /** Replaces a server-rendered root instead of hydrating it: it holds only the slot for the page's own content. */
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
    // Inline, the page's own content stays until the panel is loaded.
    if (this.display === "inline")
      return html`${this.#panel?.render() ?? (this.#missing ? missing : html`<slot></slot>`)}`;
    const button = this.#renderButton();
    return html`${this.display === "floating" ? html`<div class="corner">${button}</div>` : button}
    ${this.#panel?.render()} ${this.open ? missing : nothing}`;
  }

  /** Whether the element has become another button, as happens where a framework reuses the rows of a list. */
  #isAnother(changed: PropertyValues<this>): boolean {
    if (!this.hasUpdated) return false;
    if (BUTTON_OF.some((name) => changed.has(name))) return true;
    // Without a reference, only the sealed number tells two buttons apart. Functions do not: see `identity`.
    const sealed = changed.get("sealedNumber") && typeof this.sealedNumber !== "function";
    return Boolean(sealed) && !matterOf(this).reference;
  }

  #renderButton(): TemplateResult {
    const { phase, call } = this.state;
    // A call for later does not count as under way: the phone will not ring soon.
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
    return supportsAdoptingStyleSheets && Boolean(this.tenant && this.target && this.#endpoint);
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
    this.#corner ??= import("./lazy/corner.js").then(
      ({ keepInCorner }) => keepInCorner(this),
      () => (this.#corner = undefined),
    );
  }

  /** Loads the panel ahead: the pointer or the focus has reached the button. */
  #prepare(): void {
    this.#fetch().catch(() => undefined);
  }

  /** Returns the panel; where it cannot be loaded, dispatches an error. */
  async #load(): Promise<CallPanel | undefined> {
    try {
      return await this.#fetch();
    } catch {
      this.dispatchEvent(new UisCallErrorEvent(matterOf(this), "network"));
      return undefined;
    }
  }

  #fetch(): Promise<CallPanel> {
    this.#loading ??= this.#import().catch((error: unknown) => {
      this.#loading = undefined;
      // Renders once: each update of an inline button loads again.
      if (!this.#missing) this.requestUpdate();
      this.#missing = true;
      throw error;
    });
    return this.#loading;
  }

  async #import(): Promise<CallPanel> {
    // In parallel: both are needed for the first render.
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

import { html, nothing, type TemplateResult } from "lit";
import type { Call } from "@uis-call/shared";
import type { CallController, CallPart } from "../call-controller.js";
import { type Failure, isFormProblem, kept } from "../call-state.js";
import type { Language } from "../i18n/language.js";
import type { LoadedMessages } from "../i18n/messages.js";
import type { MessageFile } from "../i18n/message-file.js";
import { styles } from "./errors.styles.js";
import { loadErrorMessages, type ErrorMessages } from "../i18n/error-messages.js";
import { addSheet } from "../style-sheets.js";
import type { UisCallButton } from "../uis-call-button.js";
import { tellUnreachable } from "./unreachable.js";

/** Place in the panel where a failure is shown. */
export type FailurePlace = "phone" | "consent" | "panel";

/**
 * Provides the messages for errors and for most statuses, and the button that cancels the call. Loaded when one of them
 * is first needed.
 */
export class CallErrors {
  readonly #host: UisCallButton;
  readonly #call: CallController;
  readonly #language: () => Language;
  readonly #file: MessageFile<ErrorMessages>;
  /** The last failure during a call, and whether that call was scheduled for later. */
  #lost: { failure: Failure; scheduled: boolean } | undefined;

  constructor(host: UisCallButton, call: CallController, language: () => Language) {
    this.#host = host;
    this.#call = call;
    this.#language = language;
    this.#file = call.messageFile(loadErrorMessages);
  }

  /** Loads the messages. @throws TypeError if they cannot be fetched */
  load(): Promise<void> {
    return this.#file.load();
  }

  /** Adds the messages for errors to `text`. If `text` already contains a message, that message is kept. */
  messages(text: LoadedMessages): LoadedMessages {
    const ours = this.#file.content;
    const told = this.#call.state.call?.receiver && ours?.receiver;
    return {
      ...ours,
      ...text,
      headings: { ...ours?.headings, ...text.headings },
      status: { ...ours?.status, ...told, ...text.status },
      reason: { ...ours?.reason, ...text.reason },
      failure: { ...ours?.failure, network: text.network, ...text.failure },
    };
  }

  /** Returns the message that tells the visitor what has failed. */
  sentence(failure: Failure, text: LoadedMessages): string {
    return this.#sentenceFor(failure, text) ?? text.network;
  }

  #sentenceFor(
    failure: Failure,
    {
      phoneMissing,
      phoneLetter,
      phoneSeveral,
      phoneDoubt,
      failure: of,
      limited,
      wait,
      notWorking,
      status,
    }: LoadedMessages,
  ): string | undefined {
    const { code, retryAfter, number = "" } = failure;
    // The status of the call can no longer be read, but the call itself continues.
    if (failure === this.#lost?.failure) return this.#lost.scheduled ? status.scheduled : of?.not_found;
    if (code === "phone_missing") return phoneMissing;
    if (code === "phone_letter") return phoneLetter;
    if (code === "phone_several") return phoneSeveral;
    if (code === "phone_doubt") return phoneDoubt?.replace("{number}", () => isolated(number));
    if (retryAfter === undefined) return of?.[code] ?? notWorking;
    return limited?.replace("{when}", inWords(retryAfter, this.#language(), wait));
  }

  /** Returns the field at which a failure is shown. Failures that belong to no field are shown in the panel. */
  placeOf({ code }: Failure): FailurePlace {
    // In this phase, the form and its fields are not shown.
    if (this.#call.state.phase === "unavailable") return "panel";
    // If the form has no field for the telephone number, errors of the number are shown in the panel.
    if (code === "phone_invalid" || code === "number_not_allowed" || isFormProblem(code))
      return this.#call.asksPhone ? "phone" : "panel";
    return code === "consent_required" && this.#call.session?.tenant.consent ? "consent" : "panel";
  }

  /** Records a failure before it is shown. Warns the page's developer if the backend cannot be reached. */
  report(failure: Failure, endpoint: string): void {
    const { code, cause } = failure;
    const { call } = this.#call.state;
    if (call) this.#lost = { failure, scheduled: call.status === "scheduled" };
    if (code === "network" && cause instanceof TypeError) tellUnreachable(endpoint);
  }

  /** Renders the button that cancels the call. A call that has been sent to UIS cannot be cancelled. */
  renderCancel(text: LoadedMessages): TemplateResult | typeof nothing {
    const { state } = this.#call;
    if (state.phase !== "following" || state.call.status === "dialing") return nothing;
    return html`<button type="button" part="cancel" @click=${() => void this.#cancel(state.call.id)}>
      ${text.cancel}
    </button>`;
  }

  async #cancel(id: string): Promise<void> {
    const { client, matter } = this.#call;
    try {
      const call = await client?.send<Call>({ method: "DELETE", path: `/calls/${id}` });
      if (call !== undefined && matter === this.#call.matter) await this.#call.tell(call);
    } catch (error) {
      if (matter === this.#call.matter)
        this.#call.dispatch(kept({ code: "network", cause: error, ...(error as Partial<Failure>) }));
    }
    await this.#host.updateComplete;
    const root = this.#host.shadowRoot;
    // The button that had the focus may have been removed. In this case, the panel gets the focus.
    const { activeElement, body } = this.#host.ownerDocument;
    if (activeElement === body) root?.querySelector<HTMLElement>("[part=panel]")?.focus();
  }
}

/** Loads the messages and styles for errors, and attaches the part for errors to the controller. */
export const load: CallPart = async (host, call, language) => {
  const errors = new CallErrors(host, call, language);
  await errors.load();
  if (call.errors) return;
  addSheet(host.renderRoot as ShadowRoot, "errors", styles.cssText);
  call.errors = errors;
};

/** Keeps a number on one line, and written from left to right in any sentence. */
const isolated = (number: string): string => `\u2066${number.replace(/\s/g, "\u00a0")}\u2069`;

/**
 * Formats a waiting time in the given language, for example "in 5 minutes".
 *
 * @param words the texts to use for a language that browsers do not know
 */
export function inWords(seconds: number, locale: string, words?: ErrorMessages["wait"]): string {
  const [unit, size] =
    seconds < 90
      ? (["second", 1] as const)
      : seconds < 5400
        ? (["minute", 60] as const)
        : (["hour", 3600] as const);
  const count = Math.ceil(seconds / size);
  return (
    words?.[unit].replace("{n}", String(count)) ??
    new Intl.RelativeTimeFormat(locale, { numeric: "always" }).format(count, unit)
  );
}

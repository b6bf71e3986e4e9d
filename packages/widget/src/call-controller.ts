import type { Call, SessionResponse, Target } from "@uis-call/shared";
import type { ReactiveController } from "lit";
import { BffClient } from "./api/client.js";
import { IdempotencyKey, callRequest } from "./api/idempotency-key.js";
import { joinSession, type PageSession } from "./api/page-session.js";
import { inTime, TIMES } from "./in-time.js";
import { isShared, type Matter, matterOf, storedCall, storeCall } from "./storage.js";
import { asApiError } from "./api/errors.js";
import type { CallSchedule } from "./lazy/schedule.js";
import {
  again,
  begun,
  type CallState,
  changed,
  failed,
  type Failure,
  isFormProblem,
  isOver,
  kept,
  lost,
  opened,
  type Step,
  submitted,
  turned,
} from "./call-state.js";
import type { CallErrors, FailurePlace } from "./lazy/errors.js";
import { UisCallErrorEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
import type { Language } from "./i18n/language.js";
import { phoneToSend } from "./phone/number.js";
import { type PhoneReading, readPhone } from "./phone/reading.js";
import { MessageFile } from "./i18n/message-file.js";
import type { UisCallButton } from "./uis-call-button.js";

/** Functions that return values that the element derives from its attributes. */
export interface CallOptions {
  endpoint: () => string;
  language: () => Language;
}

/**
 * Creates a part of the panel that is loaded only when it is needed, and attaches it to the controller.
 *
 * @throws TypeError if one of the part's files cannot be fetched
 */
export type CallPart = (host: UisCallButton, call: CallController, language: () => Language) => Promise<void>;

/** Manages the session and the call of one button. Other modules render them. */
export class CallController implements ReactiveController, EventListenerObject {
  state: CallState = { phase: "idle" };
  /** Whether the visitor has ticked the consent box. */
  consent = false;
  /** Whether the request for a call waits until its proof of work has been computed. */
  proving = false;
  /** The part for scheduled calls. Loaded if the target is closed or the call is scheduled for later. */
  schedule: CallSchedule | undefined;
  /** The part for errors. Loaded at the first error, or at the first status other than `dialing` and `placed`. */
  errors: CallErrors | undefined;
  readonly #host: UisCallButton;
  readonly #options: CallOptions;
  readonly #idempotencyKey = new IdempotencyKey();
  /**
   * The subject and the user of the button's calls. Each change of user, backend or subject creates a new object, so a
   * comparison with `===` shows whether one of them has changed.
   */
  matter: Matter;
  /** Sends the button's HTTP requests. Undefined until a session is opened or a stored call is resumed. */
  client: BffClient | undefined;
  /** The session that this button shares with other buttons of the page. */
  #page: PageSession | undefined;
  #opening: Promise<void> | undefined;
  #resuming: Promise<void> | undefined;
  #following: AbortController | undefined;
  /** Deletes the stored id of the call, so that the call is not resumed after a reload of the page. */
  #forget = (): void => undefined;
  /**
   * Whether a new session must be opened before the next call, because the language has changed or the target has
   * opened.
   */
  #stale = false;

  constructor(host: UisCallButton, options: CallOptions) {
    this.#host = host;
    this.#options = options;
    this.matter = matterOf(host);
    host.addController(this);
  }

  hostConnected(): void {
    this.#page?.members.add(this.#host);
    if (this.state.phase === "following") this.follow(this.state.call);
    for (const event of CONNECTION) window.addEventListener(event, this);
  }

  hostDisconnected(): void {
    this.#page?.members.delete(this.#host);
    this.#following?.abort();
    for (const event of CONNECTION) window.removeEventListener(event, this);
  }

  /** Handles the window's events `online` and `offline`. */
  handleEvent(): void {
    this.#host.requestUpdate();
    if (navigator.onLine && this.state.phase === "unavailable" && this.failure?.code === "network")
      void this.openSession();
  }

  get session(): SessionResponse | undefined {
    return this.state.session;
  }

  get target(): Target | undefined {
    return this.#targetOf(this.session);
  }

  get failure(): Failure | undefined {
    return this.state.failure;
  }

  /** Place in the panel where the failure is shown. */
  get failurePlace(): FailurePlace | undefined {
    return this.failure && (this.errors?.placeOf(this.failure) ?? "panel");
  }

  /** Whether the form asks for a telephone number. Until a session is open, this is guessed from the attributes. */
  get asksPhone(): boolean {
    const { token, identity } = this.#host;
    return this.target ? this.target.visitor === "asked" : !token && !identity;
  }

  /** Country (ISO 3166 code) to which telephone numbers without `+` belong. */
  get country(): string {
    const { country = "" } = this.session?.tenant ?? {};
    return this.#host.country.toUpperCase() || country || (COUNTRIES[this.#options.language()] ?? "");
  }

  /** Opens a session, unless one is open. This is the element's first request to the backend. */
  async openSession(): Promise<void> {
    await this.#resuming;
    const { phase } = this.state;
    // The session may be used only while the page has a button with the session's user. Otherwise the user may have
    // signed out.
    if (phase === "form" && this.client?.isAlive) return this.#stale ? this.#open() : this.#opening;
    if (phase !== "idle" && phase !== "unavailable" && phase !== "form") return this.#opening;
    this.dispatch(begun);
    this.client = this.createClient();
    return this.#open();
  }

  /** Shows the call that is stored for the button's subject and user, if any. `openSession` waits until it is shown. */
  resume(): void {
    // The attributes may have changed while the panel was loading.
    this.matter = matterOf(this.#host);
    this.#resuming = storedCall(this.matter) ? this.#add(() => import("./lazy/resume.js")) : undefined;
  }

  /** Requests a call with the form's values. */
  async submit(): Promise<void> {
    if (this.#host.disabled) return;
    // Reads the chosen time now, because a new session may change the times in the form, and only a time that the
    // visitor has seen may be sent.
    const later = this.schedule?.answers;
    const { sealedNumber } = this.#host;
    const stands = this.#isCurrent();
    this.dispatch(again);
    await this.openSession();
    const reading = this.asksPhone ? await this.#readPhone() : undefined;
    const { client, matter, target } = this;
    // The page may have changed the button's attributes meanwhile. The click must not request a call to another target.
    if (!stands() || this.state.phase !== "form" || !client || !target) return;
    if (reading && "code" in reading) return this.#fail(reading);
    if (this.state.session.tenant.consent && !this.consent) return this.#fail({ code: "consent_required" });
    if (!this.#host.dispatchEvent(new UisCallSubmitEvent(matter))) return;
    this.proving = false;
    this.dispatch(submitted);
    // A listener of the submit event may have changed the attributes, so this waits for the update and checks again.
    await this.#host.updateComplete;
    if (!stands()) return;
    const values = callRequest(matter, this.#host, {
      ...(reading && phoneToSend(reading.number, this.country)),
      consent: this.consent || undefined,
      ...later,
    });
    const seal =
      typeof sealedNumber === "function"
        ? async () =>
            (await inTime(() => import("./lazy/sealed-number.js"))).askSealedNumber(this.#host, sealedNumber)
        : undefined;
    try {
      const { key, request } = await this.#idempotencyKey.for(values, seal);
      if (!stands()) return;
      const call = await client.placeCall(request, key, () => {
        this.proving = true;
        this.#host.requestUpdate();
      });
      if (client !== this.client) return;
      // A call made in the name of a user must not be stored under no name: another user may read it there.
      const isOwn = client.mayResume && (matter.user || !client.hasUser);
      if (isOwn && isShared(matter, target, call) && !isOver(call)) this.remember(call, matter);
      if (!stands()) return;
      await this.tell(call);
      if (stands()) this.follow(call);
    } catch (error) {
      const refusal = asApiError(error);
      // After a permanent refusal, the next request is a new call and may need another sealed number. After a temporary
      // failure, the next request may be for the same call.
      if (!refusal.passes) this.#idempotencyKey.done();
      // The tenant has changed: its hours, so that the chosen time is refused, or whether it asks for consent. A new
      // session contains the change.
      if ((refusal.at === "at" || refusal.code === "consent_required") && stands()) await this.#open();
      await this.#fail(refusal, stands);
    }
  }

  /** Reads the telephone number in the field. Returns a failure if the field contains no number that can be sent. */
  async #readPhone(): Promise<PhoneReading | Failure> {
    try {
      const reading = await inTime(() => readPhone(this.#host.phone, this.country));
      const { number, problem = number ? undefined : "missing" } = reading;
      return problem ? { code: `phone_${problem}`, number } : reading;
    } catch {
      return { code: "network" };
    }
  }

  /** Returns to the form after a call. If no session could be opened, tries again to open one. */
  async again(): Promise<void> {
    if (this.state.phase === "unavailable") await this.openSession();
    else {
      this.client?.prepare();
      this.dispatch(again);
    }
  }

  /** Discards the session and the stored call, because the page has set another user or backend. */
  reset(): void {
    this.#forget();
    this.#leave();
    this.#endSession();
  }

  /**
   * Switches to another subject or user, because the page has changed the button's attributes. The old call continues,
   * and its id stays stored. If a call is stored for the new subject and user, the panel shows this call.
   *
   * @param session whether the session can be kept
   */
  turn(session: boolean): void {
    this.#leave();
    if (session) this.dispatch(turned);
    else this.#endSession();
    this.resume();
    void this.#enter();
  }

  #endSession(): void {
    this.client = undefined;
    this.#page?.members.delete(this.#host);
    this.#page = undefined;
    this.dispatch(() => ({ phase: "idle" }));
  }

  /** Stops following the call. Replaces `matter`, so that responses to pending HTTP requests are ignored. */
  #leave(): void {
    this.#following?.abort();
    this.consent = false;
    this.#forget = () => undefined;
    this.matter = matterOf(this.#host);
  }

  /** Checks that the session contains the new target. If the target is closed, loads the part for scheduled calls. */
  async #enter(): Promise<void> {
    const stands = this.#isCurrent();
    await this.#opening;
    if (!stands() || !this.session) return;
    if (!this.target) await this.#fail({ code: "target_unknown" }, stands, lost);
    else if (!this.target.open) await this.#add(() => import("./lazy/schedule.js"));
  }

  /**
   * Makes the next call open a new session first, because the language has changed or the target has opened. The panel
   * does not change at present.
   */
  renew(): void {
    this.#stale = true;
  }

  #open(): Promise<void> {
    this.#stale = false;
    this.#opening = this.#begin(this.client);
    return this.#opening;
  }

  async #begin(client: BffClient | undefined): Promise<void> {
    // An `identity` function may now identify another user, so after a failed renewal the session is dropped. Without
    // such a function, the user is the same, and the session is kept.
    const step = this.session && !this.#host.identity ? failed : lost;
    try {
      const session = await client?.openSession(this.session);
      if (this.#targetOf(session)?.open === false) await this.#add(() => import("./lazy/schedule.js"));
      // The page may have set another user or backend meanwhile.
      if (client !== this.client) return;
      if (session && this.#targetOf(session)) this.dispatch(opened(session));
      else await this.#fail({ code: "target_unknown" }, () => client === this.client, step);
    } catch (error) {
      await this.#fail(asApiError(error), () => client === this.client, step);
    }
  }

  #targetOf(session: SessionResponse | undefined): Target | undefined {
    return session?.targets.find(({ id }) => id === this.#host.target);
  }

  createClient(): BffClient {
    const { language, endpoint } = this.#options;
    const { tenant } = this.#host;
    this.#page?.members.delete(this.#host);
    const page = joinSession({ endpoint: endpoint(), tenant }, this.#host, TIMES.answer);
    this.#page = page;
    return new BffClient({
      page,
      get locale() {
        return language();
      },
    });
  }

  /** Shows a new state of the call, which the backend has reported. */
  async tell(call: Call, step = changed): Promise<void> {
    const stands = this.#isCurrent();
    const { status } = this.state.call ?? {};
    // The messages of all other statuses are in the file of error messages.
    if (call.status !== "dialing" && call.status !== "placed") await this.#loadErrors();
    if (!stands()) return;
    this.dispatch(step(call));
    if (call.status === "scheduled") void this.#add(() => import("./lazy/schedule.js"));
    if (isOver(call)) {
      this.#following?.abort();
      this.#idempotencyKey.done();
      this.#forget();
    }
    if (call.status !== status) this.#host.dispatchEvent(new UisCallStatusEvent(this.matter, call));
  }

  /** Loads the part for errors. If that fails, the panel shows `messages.network`. */
  async #loadErrors(timeout?: number): Promise<void> {
    if (!this.errors) await this.#add(() => import("./lazy/errors.js"), timeout);
  }

  /**
   * Loads a lazy part. If it cannot be fetched, the call continues without it. If it takes longer, it is added when it
   * arrives.
   */
  #add(part: () => Promise<{ load: CallPart }>, timeout?: number): Promise<void> {
    const load = async (): Promise<void> => {
      await (await part()).load(this.#host, this, this.#options.language);
      this.#host.requestUpdate();
    };
    return inTime(load, timeout).catch(() => undefined);
  }

  /** Stores the call's id, so that the call is shown after a reload, and by other buttons with the same subject. */
  remember(call: Call, matter: Matter): void {
    storeCall(matter, call.id);
    if (matter === this.matter) this.#forget = () => storeCall(matter);
  }

  /** Shows each new state of the call until the call is over. */
  follow(call: Call): void {
    this.#following?.abort();
    if (isOver(call) || !this.#host.isConnected) return;
    this.#following = new AbortController();
    this.client
      ?.follow(
        call.id,
        this.#following.signal,
        (changed) => this.tell(changed),
        // The visitor is not waiting for a scheduled call.
        (error) => this.state.call?.status !== "scheduled" && void this.#fail(error, undefined, kept),
      )
      .catch((error: unknown) => {
        this.#forget();
        return this.#fail(asApiError(error));
      });
  }

  /** Returns a function that tells whether user, backend and subject are still the same as now. */
  #isCurrent(): () => boolean {
    const { matter } = this;
    return () => matter === this.matter;
  }

  /**
   * Shows a failure and dispatches an error event.
   *
   * @param stands returns whether the failure still concerns the present user, backend and subject
   */
  async #fail(failure: Failure, stands = this.#isCurrent(), step = failed): Promise<void> {
    await this.#loadErrors(TIMES.words);
    if (!stands()) return;
    this.errors?.report(failure, this.#options.endpoint());
    this.dispatch(step(failure));
    const { code } = failure;
    if (!isFormProblem(code)) this.#host.dispatchEvent(new UisCallErrorEvent(this.matter, code));
  }

  /** Creates an object that loads one kind of messages in the element's language. */
  messageFile<Content>(load: (language: Language) => Promise<Content>): MessageFile<Content> {
    return new MessageFile(this.#host, this.#options.language, load);
  }

  /** Replaces the state with the result of a step, and requests a render. */
  dispatch(step: Step): void {
    this.state = step(this.state);
    this.#host.requestUpdate();
  }
}

/** The window's events about the network connection. */
const CONNECTION = ["online", "offline"] as const;

/** Country for each language of the element. Used until the session says what the tenant's country is. */
const COUNTRIES: Record<string, string> = { ru: "RU", kk: "KZ" };

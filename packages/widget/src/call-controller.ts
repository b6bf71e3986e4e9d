import type { Call, SessionResponse, Target } from "@uis-call/shared";
import type { ReactiveController } from "lit";
import { BffClient } from "./api/client.js";
import { IdempotencyKey, callRequest } from "./api/idempotency-key.js";
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
  isOver,
  lost,
  opened,
  type Step,
  submitted,
  turned,
} from "./call-state.js";
import type { CallErrors, FailurePlace } from "./lazy/errors.js";
import { UisCallErrorEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
import type { Language } from "./i18n/language.js";
import { phoneValue } from "./phone/number.js";
import { MessageFile } from "./i18n/message-file.js";
import type { UisCallButton } from "./uis-call-button.js";

/** What the element works out from its attributes. */
export interface CallOptions {
  endpoint: () => string;
  language: () => Language;
}

/** Takes part in a call from when it is loaded. @throws TypeError where what it needs cannot be reached */
export type CallPart = (host: UisCallButton, call: CallController, language: () => Language) => Promise<void>;

/** One button's session and call: what becomes of them, without a word on how it is shown. */
export class CallController implements ReactiveController, EventListenerObject {
  state: CallState = { phase: "idle" };
  /** The visitor has ticked the tenant's box. */
  consent = false;
  /** The call is not sent yet: the browser has to prove work first. */
  proving = false;
  /** Where the target is closed, or the call is for later. */
  schedule: CallSchedule | undefined;
  /** Something has not gone straight through. */
  errors: CallErrors | undefined;
  readonly #host: UisCallButton;
  readonly #options: CallOptions;
  readonly #idempotencyKey = new IdempotencyKey();
  /** What the button calls about; another object once the page has named another user, backend or matter. */
  matter: Matter;
  /** Who speaks for the session; for another session it is another. */
  client: BffClient | undefined;
  #opening: Promise<void> | undefined;
  #resuming: Promise<void> | undefined;
  #following: AbortController | undefined;
  /** After this a reload of the page resumes nothing. */
  #forget = (): void => undefined;
  /** Another function says who the user is: ask it before the next call. Or the language is another. */
  #stale = false;

  constructor(host: UisCallButton, options: CallOptions) {
    this.#host = host;
    this.#options = options;
    this.matter = matterOf(host);
    host.addController(this);
  }

  hostConnected(): void {
    if (this.state.phase === "following") this.follow(this.state.call);
    for (const event of CONNECTION) window.addEventListener(event, this);
  }

  hostDisconnected(): void {
    this.#following?.abort();
    for (const event of CONNECTION) window.removeEventListener(event, this);
  }

  /** The browser tells of its connection. */
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

  /** Where the failure is told. */
  get failurePlace(): FailurePlace | undefined {
    return this.failure && (this.errors?.placeOf(this.failure) ?? "panel");
  }

  /** Whether a number is asked for; until the backend has said so, what the page's attributes make likely. */
  get asksPhone(): boolean {
    const { token, identity } = this.#host;
    return this.target ? this.target.visitor === "asked" : !token && !identity;
  }

  /** Region that a number without `+` is read in. */
  get country(): string {
    const { country = "" } = this.session?.tenant ?? {};
    // An attribute that is taken away leaves null.
    const own = (this.#host.country as string | null) ?? "";
    return own.toUpperCase() || country || (COUNTRIES[this.#options.language()] ?? "");
  }

  /** Opens a session unless there is one; the backend hears of us here for the first time. */
  async openSession(): Promise<void> {
    await this.#resuming;
    const { phase } = this.state;
    if (phase === "form" && this.#stale) return this.#open();
    if (phase !== "idle" && phase !== "unavailable") return this.#opening;
    this.dispatch(begun);
    this.client = this.createClient();
    return this.#open();
  }

  /** Takes up the matter's call that was under way when the page was left; what is done meanwhile waits for it. */
  resume(): void {
    // The page may have said more while the panel was loaded.
    this.matter = matterOf(this.#host);
    this.#resuming = storedCall(this.matter) ? this.#add(import("./lazy/resume.js")) : undefined;
  }

  /** Asks for a call with what the form holds. */
  async submit(): Promise<void> {
    if (this.#host.disabled) return;
    // Before the form may turn out to be another: no time is sent that was not seen.
    const later = this.schedule?.answers;
    const stands = this.#standing();
    this.dispatch(again);
    await this.openSession();
    const { client, matter, target } = this;
    // Calls no other than the one whose button was pressed.
    if (!stands() || this.state.phase !== "form" || !client || !target) return;
    const phone = this.asksPhone ? ((this.#host.phone as string | null) ?? "").trim() : undefined;
    if (phone === "") return this.#fail({ code: "phone_missing" });
    if (this.state.session.tenant.consent && !this.consent) return this.#fail({ code: "consent_required" });
    if (!this.#host.dispatchEvent(new UisCallSubmitEvent(matter))) return;
    this.proving = false;
    this.dispatch(submitted);
    // The page may have made another button of it just now.
    await this.#host.updateComplete;
    if (!stands()) return;
    const request = callRequest(matter, this.#host, {
      phone: phone && (phoneValue(phone, this.country) ?? phone),
      consent: this.consent || undefined,
      ...later,
    });
    try {
      const call = await client.placeCall(request, await this.#idempotencyKey.for(request), () => {
        this.proving = true;
        this.#host.requestUpdate();
      });
      if (client !== this.client) return;
      if (client.mayResume && isShared(matter, target, call) && !isOver(call)) this.remember(call, matter);
      if (!stands()) return;
      await this.tell(call);
      if (stands()) this.follow(call);
    } catch (error) {
      const refusal = asApiError(error);
      // The hours are others than those that were told, or that time is over.
      if (refusal.at === "at" && stands()) await this.#open();
      await this.#fail(refusal, stands);
    }
  }

  /** Back to the form, or another try to get there. */
  async again(): Promise<void> {
    if (this.state.phase === "unavailable") await this.openSession();
    else {
      this.client?.prepare();
      this.dispatch(again);
    }
  }

  /** Forgets the session, and the user's call: the page has named another user or backend. */
  reset(): void {
    this.#forget();
    this.#leave();
    this.#endSession();
  }

  /**
   * The page has made another button of it. The call of the old one goes on, and is remembered for it; the call that is
   * remembered for the new one is shown.
   *
   * @param session whether the session is the new one's, too
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
    this.dispatch(() => ({ phase: "idle" }));
  }

  /** Lets go of the call, and of requests that are on their way. */
  #leave(): void {
    this.#following?.abort();
    this.consent = false;
    this.#forget = () => undefined;
    this.matter = matterOf(this.#host);
  }

  /** Gets what another target needs of the session there is. */
  async #enter(): Promise<void> {
    const stands = this.#standing();
    await this.#opening;
    if (!stands() || !this.session) return;
    if (!this.target) await this.#fail({ code: "target_unknown" }, stands, lost);
    else if (!this.target.open) await this.#add(import("./lazy/schedule.js"));
  }

  /**
   * Another function says who the user is, or the language is another. Some frameworks make a function at every turn, so what is
   * shown stays.
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
    // A token opens one session, so without a function whoever it was is still who it is.
    const step = this.session && !this.#host.identity ? failed : lost;
    try {
      const session = await client?.openSession();
      if (this.#targetOf(session)?.open === false) await this.#add(import("./lazy/schedule.js"));
      // The page may have named another meanwhile.
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
    const { language } = this.#options;
    return new BffClient({
      endpoint: this.#options.endpoint(),
      tenant: this.#host.tenant,
      get locale() {
        return language();
      },
      token: () => this.#host.identity?.() ?? this.#host.token,
    });
  }

  /** The backend says where the call stands. */
  async tell(call: Call, step = changed): Promise<void> {
    const stands = this.#standing();
    const { status } = this.state.call ?? {};
    // All but the straight way is told in words of its own.
    if (call.status !== "dialing" && call.status !== "placed") await this.#loadErrors();
    if (!stands()) return;
    this.dispatch(step(call));
    if (call.status === "scheduled") void this.#add(import("./lazy/schedule.js"));
    if (isOver(call)) {
      this.#following?.abort();
      this.#idempotencyKey.done();
      this.#forget();
    }
    if (call.status !== status) this.#host.dispatchEvent(new UisCallStatusEvent(this.matter, call));
  }

  /** Where even this fails, there is a sentence for it. */
  async #loadErrors(): Promise<void> {
    if (!this.errors) await this.#add(import("./lazy/errors.js"));
  }

  /** What goes beyond the straight way; without it, it is as if there were no such thing. */
  #add(part: Promise<{ load: CallPart }>): Promise<void> {
    return part.then(({ load }) => load(this.#host, this, this.#options.language)).catch(() => undefined);
  }

  /** A reload of the page finds it again, and so does another button of the matter. */
  remember(call: Call, matter: Matter): void {
    storeCall(matter, call.id);
    if (matter === this.matter) this.#forget = () => storeCall(matter);
  }

  /** Hears of the call until it is over. */
  follow(call: Call): void {
    this.#following?.abort();
    if (isOver(call) || !this.#host.isConnected) return;
    this.#following = new AbortController();
    this.client
      ?.follow(call.id, this.#following.signal, (changed) => this.tell(changed))
      .catch((error: unknown) => {
        this.#forget();
        return this.#fail(asApiError(error));
      });
  }

  /** Tells whether the button is still about what it is about now. */
  #standing(): () => boolean {
    const { matter } = this;
    return () => matter === this.matter;
  }

  /** @param stands whether the failure is still of what the button is about */
  async #fail(failure: Failure, stands = this.#standing(), step = failed): Promise<void> {
    await this.#loadErrors();
    if (!stands()) return;
    this.errors?.report(failure, this.#options.endpoint());
    this.dispatch(step(failure));
    const { code } = failure;
    if (code !== "phone_missing") this.#host.dispatchEvent(new UisCallErrorEvent(this.matter, code));
  }

  /** A file of messages in the element's language. */
  messageFile<Content>(load: (language: Language) => Promise<Content>): MessageFile<Content> {
    return new MessageFile(this.#host, this.#options.language, load);
  }

  /** Takes a step, and shows where it leads. */
  dispatch(step: Step): void {
    this.state = step(this.state);
    this.#host.requestUpdate();
  }
}

/** What the browser tells of its connection. */
const CONNECTION = ["online", "offline"] as const;

/** Where a language is read before the tenant's country is known. */
const COUNTRIES: Record<string, string> = { ru: "RU", kk: "KZ" };

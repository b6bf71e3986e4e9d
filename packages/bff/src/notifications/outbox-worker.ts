import { backOff } from "../backoff.js";
import { BackgroundLoop } from "../background.js";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { DueNotification, Outbox } from "./outbox.js";
import type { SendWebhook } from "./webhook.js";

export interface OutboxWorkerOptions {
  outbox: Outbox;
  cipher: NumberCipher;
  tenants: ReadonlyMap<string, Tenant>;
  send: SendWebhook;
  clock: Clock;
  log: Logger;
  /** Returns a random number, 0 ≤ value < 1, for the jitter of retry delays. */
  random: () => number;
}

/** Milliseconds between two checks of the outbox. */
const LOOK_EVERY_MS = 1000;
const AT_ONCE = 20;

/** Delay before a notification is sent again, in milliseconds. The number of repeats is not limited. */
export const BACKOFF = { first: 5000, longest: 15 * 60_000, factor: 4 };

/**
 * Delivers notifications from the outbox to the tenants' receivers. Repeats each notification until the
 * receiver accepts it, so a receiver may get an event twice, with the same id. A receiver gets the events of
 * one call in their order.
 */
export class OutboxWorker {
  readonly #options: OutboxWorkerOptions;
  readonly #receivers: string[];
  readonly #loop: BackgroundLoop;

  constructor(options: OutboxWorkerOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#loop = new BackgroundLoop({
      clock,
      everyMs: LOOK_EVERY_MS,
      turn: () => this.#deliverAll(),
      onError: (error) => log.error({ err: error }, "the outbox could not be read or written"),
    });
    this.#receivers = [...options.tenants.values()].filter(({ notify }) => notify).map(({ id }) => id);
  }

  start(): void {
    if (this.#receivers.length > 0) this.#loop.start();
  }

  /** Starts no further delivery. Resolves when the current deliveries have ended. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #deliverAll(): Promise<void> {
    let more = true;
    while (more && !this.#loop.signal.aborted) more = await this.deliverDue();
  }

  /**
   * Sends each due notification once.
   *
   * @returns whether more notifications may be due
   */
  async deliverDue(): Promise<boolean> {
    const due = await this.#options.outbox.takeDue(this.#receivers, AT_ONCE);
    await Promise.all(due.map((one) => this.#deliver(one)));
    return due.length === AT_ONCE;
  }

  async #deliver({ notification, call }: DueNotification): Promise<void> {
    const { outbox, cipher, tenants, send, log, random } = this.#options;
    const notify = tenants.get(notification.tenant)?.notify;
    if (notify === undefined) return;
    // Sends no number if the call has been erased since then.
    const number = notify.phone ? call.visitor_number : null;
    const body = JSON.stringify(
      eventOf({ notification, call }, number === null ? undefined : cipher.decrypt(number)),
    );
    const delivery = await send({ url: notify.url, secret: notify.secret, id: notification.id, body });
    const fields = {
      event: notification.id,
      call: call.id,
      tenant: notification.tenant,
      tries: notification.tries,
    };
    if (delivery.delivered) {
      await outbox.delivered(notification.id);
      log.info(fields, "notification delivered");
    } else {
      await outbox.postpone(notification.id, backOff(notification.tries, { ...BACKOFF, random }));
      log.warn({ ...fields, detail: delivery.detail }, "notification not delivered yet");
    }
  }
}

/** Builds the event for the receiver in the form that Standard Webhooks recommends; see docs/webhooks.md. */
const eventOf = ({ notification, call }: DueNotification, phone: string | undefined) => ({
  type: `call.${notification.status}`,
  timestamp: notification.occurred_at,
  data: {
    id: call.id,
    tenant: call.tenant,
    target: call.target,
    ...(call.reference !== null && { reference: call.reference }),
    status: notification.status,
    ...(notification.reason !== null && { reason: notification.reason }),
    createdAt: call.created_at,
    ...(call.scheduled_for !== null && { scheduledFor: call.scheduled_for }),
    ...(call.identity !== null && { identity: call.identity }),
    locale: call.locale,
    ...(call.page !== null && { page: call.page }),
    variables: JSON.parse(call.variables) as Record<string, string>,
    ...(phone !== undefined && { phone }),
  },
});

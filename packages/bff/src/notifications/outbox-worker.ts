import { backOff } from "../backoff.js";
import { BackgroundLoop } from "../background.js";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { NotificationRow } from "../store/tables.js";
import { type Slot, Slots } from "../slots.js";
import type { DueNotification, Outbox } from "./outbox.js";
import type { Receivers } from "./receivers.js";
import type { Delivery, SendWebhook } from "./webhook.js";

export interface OutboxWorkerOptions {
  outbox: Outbox;
  receivers: Receivers;
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

/** Maximum number of deliveries at the same time: of one process, and to one receiver. */
const AT_ONCE = { total: 200, perTenant: 4 };

/** Delay before a notification is sent again, in milliseconds. The number of repeats is not limited. */
export const BACKOFF = { first: 5000, longest: 15 * 60_000, factor: 4 };

/**
 * Delivers notifications from the outbox to the tenants' receivers. Repeats each notification until the
 * receiver accepts it, so a receiver may get an event twice, with the same id. A receiver gets the events of
 * one call in their order. Each delivery is independent of all others, and the tenants share the slots for
 * deliveries, so a slow receiver delays only its own events.
 */
export class OutboxWorker {
  readonly #options: OutboxWorkerOptions;
  readonly #loop: BackgroundLoop;
  readonly #slots = new Slots({ ...AT_ONCE, shared: true });
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: OutboxWorkerOptions) {
    this.#options = options;
    this.#loop = new BackgroundLoop({
      clock: options.clock,
      everyMs: LOOK_EVERY_MS,
      turn: () => this.look(),
      onError: (error) => this.#tellError(error),
    });
  }

  start(): void {
    if (this.#options.receivers.any) this.#loop.start();
  }

  /** Starts no further delivery. Resolves when the current deliveries have ended. */
  async stop(): Promise<void> {
    this.#slots.close();
    await this.#loop.stop();
    await this.ended();
  }

  /**
   * Starts the deliveries of due notifications for which there are slots. The end of a delivery begins the next
   * look.
   *
   * @returns the number of deliveries started
   */
  async look(): Promise<number> {
    const { outbox, receivers } = this.#options;
    const due = await outbox.dueByTenant(await receivers.open());
    const taken = await this.#slots.fill(due, AT_ONCE.total, (shares) => outbox.takeDue(shares));
    for (const { work, slot } of taken) this.#start(work, slot);
    return taken.length;
  }

  /** Resolves when the current deliveries have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #start(due: DueNotification, slot: Slot): void {
    const work = this.#deliver(due)
      .catch((error: unknown) => this.#tellError(error))
      .finally(() => {
        this.#underWay.delete(work);
        slot.release();
        this.#loop.wake();
      });
    this.#underWay.add(work);
  }

  #tellError(error: unknown): void {
    this.#options.log.error({ err: error }, "the outbox could not be read or written");
  }

  async #deliver({ notification, call }: DueNotification): Promise<void> {
    const { outbox, cipher, tenants, send, log } = this.#options;
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
      log.warn({ ...fields, detail: delivery.detail }, "notification not delivered yet");
      await this.#postpone(notification, delivery);
    }
  }

  /** Postpones a notification, and all of its receiver's if the receiver wants none for now. */
  async #postpone(
    { id, tenant, tries }: NotificationRow,
    { gone, restMs = 0 }: Delivery & { delivered: false },
  ): Promise<void> {
    const { outbox, receivers, log, random } = this.#options;
    if (gone && (await receivers.disable(tenant))) {
      log.error({ tenant }, "the receiver is gone (410): it gets nothing until its configuration changes");
    }
    if (!gone && restMs > 0) await receivers.rest(tenant, restMs);
    await outbox.postpone(id, Math.max(restMs, backOff(tries, { ...BACKOFF, random })));
  }
}

/** Builds the event for the receiver in the form that Standard Webhooks recommends; see docs/webhooks.md. */
const eventOf = ({ notification, call }: Omit<DueNotification, "tenant">, phone: string | undefined) => ({
  type: `call.${notification.status}`,
  timestamp: notification.occurred_at,
  data: {
    id: call.id,
    tenant: call.tenant,
    target: call.target,
    ...(call.reference !== null && { reference: call.reference }),
    status: notification.status,
    requests: notification.requests,
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

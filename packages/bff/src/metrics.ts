import { isOver } from "@uis-call/shared";
import type { CallReason, CallStatus } from "@uis-call/shared";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "./clock.js";

/** Values read from the database at each scrape. */
export interface Gauges {
  /** Number of calls that are not over, by status. */
  underWay: Partial<Record<CallStatus, number>>;
  /** Number of notifications that are not delivered yet, and the time of the oldest one. */
  notifications: { waiting: number; oldest: Date | undefined };
  /** Tenants whose receiver answered 410 and gets nothing until its configuration changes. */
  receiversGone: readonly string[];
  /** Number of tenants with a pause of their own, and whether all calls are paused. */
  pauses: { tenants: number; all: boolean };
}

/** Current load of this instance. */
export interface Load {
  /** Number of requests that the overload guard has let in and that are not finished. */
  work: number;
  streams: number;
}

/** Properties of a call that become labels of a metric. */
interface CountedCall {
  tenant: string;
  status: CallStatus;
  reason: CallReason | null;
}

const HOUR_MS = 3_600_000;

/** Maximum number of telephone numbers kept in memory to find the block with the most different numbers. */
const MOST_NUMBERS = 10_000;

/** Number of last digits in which telephone numbers of one block differ. A block has 10,000 numbers. */
const BLOCK_DIGITS = 4;

/**
 * Metrics for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). The labels are
 * tenants, statuses, routes and countries: they have few values and contain no data of a visitor. Counters
 * count what this instance did; gauges read from the database cover all instances.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #clock: Clock;
  readonly #gauges: () => Promise<Gauges>;
  readonly #load: () => Load;
  /** Time of the last request for each telephone number, in milliseconds, oldest first. */
  readonly #numbers = new Map<string, number>();

  readonly #requests = new Counter({
    name: "uis_call_requests_total",
    help: "Requests answered.",
    labelNames: ["route", "method", "status", "code"] as const,
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: "uis_call_request_seconds",
    help: "From a request's head to the end of its answer; streams that follow a call are left out.",
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  });
  readonly #inFlight = this.#gauge(
    "uis_call_requests_in_flight",
    "Requests whose answer is not over, streams included.",
  );
  readonly #work = this.#gauge(
    "uis_call_requests_in_work",
    "Those of them that begin something; with 1000, more are refused.",
  );
  readonly #streams = this.#gauge("uis_call_streams_open", "Streams that follow a call.");
  readonly #asked = new Counter({
    name: "uis_call_asked_total",
    help: "Calls asked for and written down, by the country of the visitor's number.",
    labelNames: ["tenant", "country"] as const,
    registers: [this.registry],
  });
  readonly #ended = new Counter({
    name: "uis_call_ended_total",
    help: "Calls that are over; placed: UIS answered success.",
    labelNames: ["tenant", "status", "reason"] as const,
    registers: [this.registry],
  });
  readonly #underWay = new Gauge({
    name: "uis_call_under_way",
    help: "Calls that are not over, of all instances.",
    labelNames: ["status"] as const,
    registers: [this.registry],
  });
  readonly #waiting = this.#gauge("uis_call_notifications_waiting", "Events that no receiver has taken yet.");
  readonly #oldest = this.#gauge("uis_call_notification_oldest_seconds", "How long the first of them waits.");
  readonly #receiversGone = new Gauge({
    name: "uis_call_receiver_gone",
    help: "1: the tenant's receiver answered 410 and gets nothing until its configuration changes.",
    labelNames: ["tenant"] as const,
    registers: [this.registry],
  });
  readonly #tenantsPaused = this.#gauge("uis_call_tenants_paused", "Tenants of whom nothing is dialled.");
  readonly #paused = this.#gauge("uis_call_paused", "1: nothing is dialled at all.");
  readonly #database = this.#gauge("uis_call_database_up", "1: the database answered when this was asked.");
  readonly #inOneBlock = this.#gauge(
    "uis_call_numbers_in_one_block",
    "Most different visitors' numbers asked for within an hour that differ in their last four digits alone.",
  );

  constructor(clock: Clock, gauges: () => Promise<Gauges>, load: () => Load) {
    this.#clock = clock;
    this.#gauges = gauges;
    this.#load = load;
  }

  /**
   * Counts a request that has begun. The caller calls {@link answered} when the request ends, even if it ends
   * without an answer.
   */
  began(): void {
    this.#inFlight.inc();
  }

  /**
   * Counts a request that has ended.
   *
   * @param request `route` is the pattern of the route, not the path; it is absent when no route matches
   */
  answered(request: {
    route?: string | undefined;
    method: string;
    status: number;
    code?: string | undefined;
    ms: number;
  }): void {
    const { route = "none", method, status, code = "", ms } = request;
    this.#inFlight.dec();
    const known = METHODS.has(method) ? method : "other";
    this.#requests.inc({ route, method: known, status: String(status), code });
    if (!route.endsWith("/events")) this.#seconds.observe(ms / 1000);
  }

  /**
   * Counts an accepted call. The call may be over already.
   *
   * @param country ISO 3166 code of the number's country
   */
  accepted(call: CountedCall, visitorNumber: string, country: string): void {
    this.#asked.inc({ tenant: call.tenant, country });
    // Deletes the number before it is set, so that it moves to the end of the map.
    this.#numbers.delete(visitorNumber);
    this.#numbers.set(visitorNumber, this.#clock.now().getTime());
    this.#forgetNumbers();
    this.changed(call);
  }

  /** Counts a change of a call's status. */
  changed({ tenant, status, reason }: CountedCall): void {
    if (isOver(status)) this.#ended.inc({ tenant, status, reason: reason ?? "" });
  }

  /** Returns all metrics as Prometheus text. */
  async text(): Promise<string> {
    this.#inOneBlock.set(this.#mostInOneBlock());
    const { work, streams } = this.#load();
    this.#work.set(work);
    this.#streams.set(streams);
    await this.#look();
    return this.registry.metrics();
  }

  async #look(): Promise<void> {
    this.#underWay.reset();
    this.#receiversGone.reset();
    try {
      const { underWay, notifications, receiversGone, pauses } = await this.#gauges();
      for (const [status, calls] of Object.entries(underWay)) this.#underWay.set({ status }, calls);
      for (const tenant of receiversGone) this.#receiversGone.set({ tenant }, 1);
      this.#waiting.set(notifications.waiting);
      const since = notifications.oldest?.getTime() ?? this.#clock.now().getTime();
      this.#oldest.set((this.#clock.now().getTime() - since) / 1000);
      this.#tenantsPaused.set(pauses.tenants);
      this.#paused.set(pauses.all ? 1 : 0);
      this.#database.set(1);
    } catch {
      // Throws no error, because this gauge reports that the database does not answer.
      this.#database.set(0);
    }
  }

  #mostInOneBlock(): number {
    this.#forgetNumbers();
    const blocks = new Map<string, number>();
    for (const number of this.#numbers.keys()) {
      const block = number.slice(0, -BLOCK_DIGITS);
      blocks.set(block, (blocks.get(block) ?? 0) + 1);
    }
    return Math.max(0, ...blocks.values());
  }

  #forgetNumbers(): void {
    const since = this.#clock.now().getTime() - HOUR_MS;
    for (const [number, asked] of this.#numbers) {
      if (asked > since && this.#numbers.size <= MOST_NUMBERS) break;
      this.#numbers.delete(number);
    }
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "DELETE", "OPTIONS"]);

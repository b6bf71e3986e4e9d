import type { CrashPoint } from "./crash-points.js";

/** A call that a backend has accepted: the visitor received a response that says so. */
export interface Accepted {
  id: string;
  number: string;
  /**
   * The crash point of the round in which the visitor requested the call. In each round, a backend is killed at one
   * point.
   */
  point: CrashPoint;
  /**
   * The backends to which the visitor sent the request, each with its address and the time in milliseconds since 1970.
   */
  asked: readonly { backend: string; at: number }[];
  /** Whether the call was scheduled. A scheduled call is over only some time after it was accepted. */
  scheduled: boolean;
}

/**
 * What the simulated UIS recorded. The numbers are visitors' telephone numbers, digits only. A number is in a list once
 * for each request to UIS or each time its telephone rang, so a repeated number shows a call that was dialled twice.
 */
export interface Journal {
  /** Telephone numbers for which UIS received `place_calls`, whatever UIS answered. */
  received: readonly string[];
  /** Telephone numbers of the visitors whose telephones rang. */
  rang: readonly string[];
  /** Telephone numbers for which UIS answered `success`. */
  succeeded: readonly string[];
}

/**
 * What the clients recorded: the responses that visitors received, and the notes that arrived at the tenant's webhook
 * receiver.
 */
export interface ClientView {
  accepted: readonly Accepted[];
  /** Telephone numbers of the visitors whose calls the backend refused. */
  refused: readonly string[];
  /** How often each note arrived at the webhook receiver. The key is the note's id. */
  arrived: ReadonlyMap<string, number>;
}

/** What the database contains. */
export interface LedgerView {
  calls: readonly { id: string; number: string; status: string; updatedAt: number }[];
  /** Number of attempts that were withdrawn before anything was sent to UIS. */
  takenBack: number;
  /** The notes about calls that a person has to look after. The tenant's webhook receives them. */
  notes: readonly { id: string; call: string; status: string; delivered: boolean }[];
}

export interface Findings {
  accepted: number;
  rang: number;
  /**
   * Ids of accepted calls that are missing in the ledger or are not over, or that failed while no note about them was
   * sent.
   */
  lost: string[];
  /** Ids of calls for which the visitor's telephone rang more than once. */
  twice: string[];
  /**
   * Sentences, each about a call whose status in the ledger contradicts what UIS recorded or what the visitor was told.
   */
  untrue: string[];
  unknown: number;
  /** Calls with the status `unknown` for which UIS received no request. */
  falseUnknown: Accepted[];
  takenBack: number;
  /** Number of notes that have not been delivered yet. */
  notesLeft: number;
  /** Number of notes that arrived more than once. */
  notesRepeated: number;
}

const OVER = ["placed", "failed", "unknown", "held", "cancelled"];
const FOR_A_PERSON = ["failed", "unknown", "held"];

/** Compares the records of the clients, of the ledger and of UIS, and returns the contradictions. */
export function check(
  { accepted, refused, arrived }: ClientView,
  ledger: LedgerView,
  journal: Journal,
): Findings {
  const calls = new Map(ledger.calls.map((call) => [call.id, call]));
  // Does not count notes that are marked as delivered but never arrived.
  const accounted = ledger.notes.filter(({ id, delivered }) => !delivered || arrived.has(id));
  const told = new Set(accounted.map(({ call, status }) => `${call} ${status}`));
  const rang = countOf(journal.rang);
  const received = countOf(journal.received);
  const succeeded = countOf(journal.succeeded);

  const isLost = ({ id, number }: Accepted): boolean => {
    const call = calls.get(id);
    if (call?.number !== number || !OVER.includes(call.status)) return true;
    return FOR_A_PERSON.includes(call.status) && !told.has(`${id} ${call.status}`);
  };
  const toldThereIsNone = new Set(refused);
  const untruth = ({ number, status }: LedgerView["calls"][number]): string | undefined => {
    if (toldThereIsNone.has(number)) return "and the visitor was told that there will be none";
    const here = succeeded.has(number) && rang.has(number);
    if (status === "placed" && !here) return "and UIS did not say success";
    // `failed` is a promise that UIS certainly placed no call, so UIS must not have answered `success`.
    if (status === "failed" && succeeded.has(number)) return "and UIS said success";
    return (status === "held" || status === "cancelled") && rang.has(number) ? "and it rang" : undefined;
  };

  const ids = ({ id }: { id: string }): string => id;
  const unknown = accepted.filter(({ id }) => calls.get(id)?.status === "unknown");
  return {
    accepted: accepted.length,
    rang: journal.rang.length,
    lost: accepted.filter(isLost).map(ids),
    twice: [...rang].filter(([, times]) => times > 1).map(([number]) => idOf(number, ledger)),
    untrue: [
      ...ledger.calls.flatMap((call) => {
        const why = untruth(call);
        return why === undefined ? [] : [`${call.id} is ${call.status}, ${why}`];
      }),
      ...doubled(ledger).map((id) => `${id} is there twice`),
    ],
    unknown: unknown.length,
    falseUnknown: unknown.filter(({ number }) => !received.has(number)),
    takenBack: ledger.takenBack,
    notesLeft: ledger.notes.filter(({ delivered }) => !delivered).length,
    notesRepeated: [...arrived.values()].filter((times) => times > 1).length,
  };
}

/**
 * Returns the ids of calls whose telephone number occurs more than once in the ledger. Visitors use each number for one
 * request only, so the second call was stored by mistake.
 */
const doubled = ({ calls }: LedgerView): string[] =>
  [...countOf(calls.map(({ number }) => number))]
    .filter(([, times]) => times > 1)
    .map(([number]) => calls.find((call) => call.number === number)?.id ?? "");

/**
 * Returns the id of the call to a telephone number. Findings are printed with ids, because numbers must not be printed.
 */
const idOf = (number: string, { calls }: LedgerView): string =>
  calls.find((call) => call.number === number)?.id ?? "a call that is not in the ledger";

function countOf(numbers: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

/** Adds up the findings of several databases. Each database has its own simulated UIS. */
export function together(all: readonly Findings[]): Findings {
  const sum = (of: (one: Findings) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    accepted: sum((one) => one.accepted),
    rang: sum((one) => one.rang),
    lost: all.flatMap((one) => one.lost),
    twice: all.flatMap((one) => one.twice),
    untrue: all.flatMap((one) => one.untrue),
    unknown: sum((one) => one.unknown),
    falseUnknown: all.flatMap((one) => one.falseUnknown),
    takenBack: sum((one) => one.takenBack),
    notesLeft: sum((one) => one.notesLeft),
    notesRepeated: sum((one) => one.notesRepeated),
  };
}

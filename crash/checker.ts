import type { CrashPoint } from "./crash-points.js";

/** A call that a backend has accepted with its answer to the visitor. */
export interface Accepted {
  id: string;
  number: string;
  /** Crash point of the round in which the call was requested. */
  point: CrashPoint;
  /** Addresses of the backends to which the visitor sent the request, with times in milliseconds since 1970. */
  asked: readonly { backend: string; at: number }[];
  /** Whether the call was scheduled for later, so that it is not over soon after it was accepted. */
  scheduled: boolean;
}

/** What UIS recorded. Numbers are those of visitors, digits only. They occur once for each request or ringing phone. */
export interface Journal {
  /** Numbers for which UIS received `place_calls`, with any result. */
  received: readonly string[];
  /** Numbers of the visitors' phones that rang. */
  rang: readonly string[];
  /** Numbers for which UIS answered `success`. */
  succeeded: readonly string[];
}

/** What the clients recorded: the answers to visitors, and the notes that arrived at the tenant's receiver. */
export interface ClientView {
  accepted: readonly Accepted[];
  /** Numbers of visitors whose call was refused. */
  refused: readonly string[];
  /** How often each note arrived, by its id. */
  arrived: ReadonlyMap<string, number>;
}

/** What the database contains. */
export interface LedgerView {
  calls: readonly { id: string; number: string; status: string; updatedAt: number }[];
  /** Number of attempts that were withdrawn before anything was sent to UIS. */
  takenBack: number;
  /** The notes that are sent to people. */
  notes: readonly { id: string; call: string; status: string; delivered: boolean }[];
}

export interface Findings {
  accepted: number;
  rang: number;
  /** Ids of accepted calls that are missing in the ledger, that are not over, or that failed without a note. */
  lost: string[];
  /** Ids of calls that rang more than once. */
  twice: string[];
  /** Sentences about calls whose status in the ledger contradicts UIS or the answer to the visitor. */
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

/** Compares what the clients, the ledger and UIS recorded. */
export function check(
  { accepted, refused, arrived }: ClientView,
  ledger: LedgerView,
  journal: Journal,
): Findings {
  const calls = new Map(ledger.calls.map((call) => [call.id, call]));
  // Leaves out notes that are marked as delivered but never arrived.
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
    // The status `failed` means that there was certainly no call.
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

/** Returns the ids of calls whose number occurs more than once. Each number is used for one request only. */
const doubled = ({ calls }: LedgerView): string[] =>
  [...countOf(calls.map(({ number }) => number))]
    .filter(([, times]) => times > 1)
    .map(([number]) => calls.find((call) => call.number === number)?.id ?? "");

/** Returns the id of the call to a number, because numbers must not be printed. */
const idOf = (number: string, { calls }: LedgerView): string =>
  calls.find((call) => call.number === number)?.id ?? "a call that is not in the ledger";

function countOf(numbers: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

/** Combines the findings of several databases, each of which has its own UIS. */
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

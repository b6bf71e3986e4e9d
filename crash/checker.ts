import type { CrashPoint } from "./crash-points.js";

/** A call whose acceptance the visitor was told. */
export interface Accepted {
  id: string;
  number: string;
  /** Crash point of the call's round. */
  point: CrashPoint;
  /** Addresses of the backends the visitor asked, with times in milliseconds since 1970. */
  asked: readonly { backend: string; at: number }[];
  /** Whether it is a call for later, which is not over soon after it is accepted. */
  scheduled: boolean;
}

/** UIS's view: visitors' numbers, digits only, one entry per request or ringing phone. */
export interface Journal {
  /** Numbers for which `place_calls` arrived, with any result. */
  received: readonly string[];
  rang: readonly string[];
  /** Numbers for which UIS answered `success`. */
  succeeded: readonly string[];
}

/** The clients' view: answers to visitors, and notes that reached people. */
export interface ClientView {
  accepted: readonly Accepted[];
  /** Numbers of visitors whose call was refused. */
  refused: readonly string[];
  /** Arrivals of each note, by its id. */
  arrived: ReadonlyMap<string, number>;
}

/** The database's view. */
export interface LedgerView {
  calls: readonly { id: string; number: string; status: string; updatedAt: number }[];
  /** Attempts withdrawn unused. */
  takenBack: number;
  /** The notes for people. */
  notes: readonly { id: string; call: string; status: string; delivered: boolean }[];
}

export interface Findings {
  accepted: number;
  rang: number;
  /** Ids of accepted calls that are not in the ledger, not over, or over without success and without a note. */
  lost: string[];
  /** Ids of calls that rang more than once. */
  twice: string[];
  /** Statuses in the ledger that contradict UIS or the visitor's answer, each as a sentence. */
  untrue: string[];
  unknown: number;
  /** Calls that are `unknown` although UIS was never asked. */
  falseUnknown: Accepted[];
  takenBack: number;
  /** Notes not delivered yet; below, notes that arrived more than once. */
  notesLeft: number;
  notesRepeated: number;
}

const OVER = ["placed", "failed", "unknown", "held", "cancelled"];
const FOR_A_PERSON = ["failed", "unknown", "held"];

/** Compares the answers to visitors, the ledger and UIS's journal. */
export function check(
  { accepted, refused, arrived }: ClientView,
  ledger: LedgerView,
  journal: Journal,
): Findings {
  const calls = new Map(ledger.calls.map((call) => [call.id, call]));
  // A note marked as delivered that never arrived does not count.
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
    // `failed` claims that there was certainly no call.
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

/** Ids of calls whose number occurs twice: each number is called for once. */
const doubled = ({ calls }: LedgerView): string[] =>
  [...countOf(calls.map(({ number }) => number))]
    .filter(([, times]) => times > 1)
    .map(([number]) => calls.find((call) => call.number === number)?.id ?? "");

/** The call's id: numbers must not be printed. */
const idOf = (number: string, { calls }: LedgerView): string =>
  calls.find((call) => call.number === number)?.id ?? "a call that is not in the ledger";

function countOf(numbers: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

/** Sums the findings of several databases, each with its own UIS. */
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

import type { CrashPoint } from "./crash-points.js";

/** A call that a visitor was told is accepted. */
export interface Accepted {
  id: string;
  number: string;
  /** Where the backend was killed in the round it was made in. */
  point: CrashPoint;
  /** The backends the visitor has asked, by their address, and when: milliseconds since 1970. */
  asked: readonly { backend: string; at: number }[];
  /** For later: it is not to be over soon after it is accepted. */
  scheduled: boolean;
}

/** What UIS knows: visitors' numbers, digits only, one entry for each request or ringing phone. */
export interface Journal {
  /** `place_calls` for them arrived, whatever came of it. */
  received: readonly string[];
  rang: readonly string[];
  /** Answered `success`. */
  succeeded: readonly string[];
}

/** What people know. */
export interface ClientView {
  accepted: readonly Accepted[];
  /** Numbers of visitors who were told that there will be no call. */
  refused: readonly string[];
  /** Ids of the notes that have arrived, and how often. */
  arrived: ReadonlyMap<string, number>;
}

/** What the database knows. */
export interface LedgerView {
  calls: readonly { id: string; number: string; status: string; updatedAt: number }[];
  /** Permits that were taken back unused. */
  takenBack: number;
  /** The notes for people. */
  notes: readonly { id: string; call: string; status: string; delivered: boolean }[];
}

export interface Findings {
  accepted: number;
  rang: number;
  /** Accepted, and not in the ledger, not over, or over without success and nobody told. Ids, as in the next ones. */
  lost: string[];
  /** Rang more than once. */
  twice: string[];
  /** The ledger says something of a call that is not so; with what and why. */
  untrue: string[];
  unknown: number;
  /** `unknown`, although UIS was never asked. */
  falseUnknown: Accepted[];
  takenBack: number;
  /** Notes still to be delivered, and those that arrived more than once. */
  notesLeft: number;
  notesRepeated: number;
}

const OVER = ["placed", "failed", "unknown", "held", "cancelled"];
const FOR_A_PERSON = ["failed", "unknown", "held"];

/** Holds what visitors were told, what the ledger says and what UIS did against each other. */
export function check(
  { accepted, refused, arrived }: ClientView,
  ledger: LedgerView,
  journal: Journal,
): Findings {
  const calls = new Map(ledger.calls.map((call) => [call.id, call]));
  // A note that is struck off without having arrived has told nobody.
  const standing = ledger.notes.filter(({ id, delivered }) => !delivered || arrived.has(id));
  const told = new Set(standing.map(({ call, status }) => `${call} ${status}`));
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
    // Says: certainly no conversation, call back.
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

/** One number, one click, one call. */
const doubled = ({ calls }: LedgerView): string[] =>
  [...countOf(calls.map(({ number }) => number))]
    .filter(([, times]) => times > 1)
    .map(([number]) => calls.find((call) => call.number === number)?.id ?? "");

/** Numbers stay out of what is printed. */
const idOf = (number: string, { calls }: LedgerView): string =>
  calls.find((call) => call.number === number)?.id ?? "a call that is not in the ledger";

function countOf(numbers: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

/** Of several databases, each with a UIS of its own. */
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

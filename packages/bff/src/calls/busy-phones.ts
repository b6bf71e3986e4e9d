import type { Transaction } from "kysely";
import { lock } from "../store/locks.js";
import { Statement } from "../store/statement.js";
import type { CallRow, Tables } from "../store/tables.js";
import { awaitsPhone, holdsPhones } from "./under-way.js";

type Phones = Pick<CallRow, "tenant" | "visitor_hash" | "operator_hash">;

/**
 * Locks the phones until the transaction ends, so that the calls found on them are all there are: the indexes of the store
 * hold for each side by itself, and a phone may be the visitor's in one call and the operator's in another.
 */
export const lockPhones = (
  transaction: Transaction<Tables>,
  { tenant, visitor_hash, operator_hash }: Phones,
): Promise<void> =>
  lock(
    transaction,
    [visitor_hash, operator_hash].flatMap((phone) => (phone === null ? [] : `phone/${tenant}/${phone}`)),
  );

/** The tenant's calls that ring one of these phones now, on either side, or wait for one. */
export const callsOnPhones = (transaction: Transaction<Tables>, phones: Phones): Promise<CallRow[]> =>
  ON_PHONES.all(transaction, phones);

/** One part for each index: SQLite takes no partial index for an `or`. */
const ON_PHONES = new Statement((query, given: Phones) => {
  const { tenant } = given;
  const phones = [given.visitor_hash, given.operator_hash];
  return query
    .selectFrom("calls")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("visitor_hash", "in", phones)
    .where(holdsPhones)
    .unionAll((either) =>
      either
        .selectFrom("calls")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("operator_hash", "in", phones)
        .where("operator_hash", "is not", null)
        .where(holdsPhones),
    )
    .unionAll((either) =>
      either
        .selectFrom("calls")
        .selectAll()
        .where("tenant", "=", tenant)
        .where(awaitsPhone)
        .where((row) => row.or([row("visitor_hash", "in", phones), row("operator_hash", "in", phones)])),
    );
});

/** Whether the call waits until another one gives a phone free. */
export const waitsForPhone = ({ status, reason }: CallRow): boolean =>
  status === "waiting" && reason === "phone_busy";

/**
 * The calls that have to end before this one may be dialled. None for a call that holds its phones. A call that waits
 * for a phone goes before those that began to wait later; one that comes due goes behind them all.
 */
export async function callsInTheWay(transaction: Transaction<Tables>, call: CallRow): Promise<CallRow[]> {
  const waits = waitsForPhone(call);
  if (!waits && call.status !== "scheduled") return [];
  const others = (await callsOnPhones(transaction, call)).filter(({ id }) => id !== call.id);
  return waits ? others.filter((other) => !waitsForPhone(other) || isEarlier(other, call)) : others;
}

/** Since when a call waits for a phone is when it was last changed. */
const isEarlier = (one: CallRow, other: CallRow): boolean =>
  one.updated_at === other.updated_at ? one.id < other.id : one.updated_at < other.updated_at;

/**
 * Whether one call may wait for the other: both are of one session, or one identified user asks for another matter. A
 * user's other session that asks for the same again, as after a reload, counts as a stranger's: it cannot be shown the
 * call there is, and the phones are not rung twice.
 */
export const sameVisitor = (one: CallRow, other: CallRow): boolean =>
  one.principal === other.principal ||
  (one.identity !== null && one.identity === other.identity && !isOfMatter(one, other));

/** Whether a session that asks for both asks for the same: then it is shown the one there is. */
export const sameMatter = (one: CallRow, other: CallRow): boolean =>
  one.principal === other.principal && isOfMatter(one, other);

const isOfMatter = (one: CallRow, other: CallRow): boolean =>
  one.target === other.target &&
  one.reference === other.reference &&
  one.visitor_hash === other.visitor_hash &&
  // Sealed numbers of one target are different suppliers.
  one.office_hash === other.office_hash;

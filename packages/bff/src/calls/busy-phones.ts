import type { Transaction } from "kysely";
import { lock } from "../store/locks.js";
import { Statement } from "../store/statement.js";
import type { CallRow, Tables } from "../store/tables.js";
import { awaitsPhone, holdsPhones } from "./under-way.js";

type Phones = Pick<CallRow, "tenant" | "visitor_hash" | "operator_hash">;

/**
 * Locks the phones of a call until the transaction ends, so that no other call on them can begin meanwhile. The
 * unique indexes of the database are not enough: each covers one side of a call, but a phone can be the
 * visitor's in one call and the operator's in another.
 */
export const lockPhones = (
  transaction: Transaction<Tables>,
  { tenant, visitor_hash, operator_hash }: Phones,
): Promise<void> =>
  lock(
    transaction,
    [visitor_hash, operator_hash].flatMap((phone) => (phone === null ? [] : `phone/${tenant}/${phone}`)),
  );

/**
 * Finds the tenant's calls that ring one of these phones, on either side, and the calls that wait for one of
 * them.
 */
export const callsOnPhones = (transaction: Transaction<Tables>, phones: Phones): Promise<CallRow[]> =>
  ON_PHONES.all(transaction, phones);

/**
 * Uses one query per partial index, joined by `union all`, because SQLite does not use partial indexes for a
 * condition with `or`.
 */
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

/** Whether the call waits for a phone that another call holds. */
export const waitsForPhone = ({ status, reason }: CallRow): boolean =>
  status === "waiting" && reason === "phone_busy";

/**
 * Finds the calls that must end before this call is dialled. There are none for a call that already holds its
 * phones. Calls that wait for a phone are dialled in the order in which they began to wait. A scheduled call
 * that becomes due is dialled after all of them.
 */
export async function callsInTheWay(transaction: Transaction<Tables>, call: CallRow): Promise<CallRow[]> {
  const waits = waitsForPhone(call);
  if (!waits && call.status !== "scheduled") return [];
  const others = (await callsOnPhones(transaction, call)).filter(({ id }) => id !== call.id);
  return waits ? others.filter((other) => !waitsForPhone(other) || isEarlier(other, call)) : others;
}

/** Compares `updated_at`, which is the time at which a call began to wait. */
const isEarlier = (one: CallRow, other: CallRow): boolean =>
  one.updated_at === other.updated_at ? one.id < other.id : one.updated_at < other.updated_at;

/**
 * Whether one call may wait for the other. This is allowed if both calls belong to one session, or if both
 * belong to one identified user and are about different matters. It is not allowed if the user has sent the
 * same request in a second session, for example after a reload: the second session cannot show the first call,
 * and the phones must not ring twice.
 */
export const sameVisitor = (one: CallRow, other: CallRow): boolean =>
  one.principal === other.principal ||
  (one.identity !== null && one.identity === other.identity && !isOfMatter(one, other));

/**
 * Whether both calls are the same request of one session. The session then gets the existing call instead of a
 * new one.
 */
export const sameMatter = (one: CallRow, other: CallRow): boolean =>
  one.principal === other.principal && isOfMatter(one, other);

const isOfMatter = (one: CallRow, other: CallRow): boolean =>
  one.target === other.target &&
  one.reference === other.reference &&
  one.visitor_hash === other.visitor_hash &&
  // Sealed numbers of one target belong to different suppliers.
  one.office_hash === other.office_hash;

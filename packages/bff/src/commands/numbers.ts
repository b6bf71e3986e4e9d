import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { forget, recordsOf } from "../calls/number-records.js";
import type { Clock } from "../clock.js";
import { readPhoneNumber } from "../config/phone-number.js";
import type { Database } from "../store/database.js";
import { blockNumber, blocks, liftBlock } from "../store/number-blocks.js";
import type { NumberCipher } from "../store/number-cipher.js";

/** What a command about one telephone number needs. */
export interface NumberCommand {
  db: Database;
  cipher: NumberCipher;
  /**
   * Reads the telephone number from standard input. A command-line argument would stay in the shell's history
   * and be visible in `ps`.
   */
  number: () => Promise<string>;
  clock: Clock;
  print: (line: string) => void;
  /** Prints a message to the operator. It is kept apart from the output, which may be redirected to a file. */
  tell: (line: string) => void;
}

/** The id of a blocked telephone number is the start of its hash. This is the length of the id, in characters. */
const ID_LETTERS = 8;

/** Prints everything that is stored about a telephone number, one JSON object per line. */
export async function exportNumber({ db, cipher, number, print, tell }: NumberCommand): Promise<void> {
  let records = 0;
  for await (const record of recordsOf(db, cipher, await number())) {
    print(JSON.stringify(record));
    records++;
  }
  if (records === 0) tell("nothing is stored about this number");
}

/**
 * Erases a telephone number from all calls.
 *
 * @throws Error while a call with this number is being dialled
 */
export async function forgetNumber({ db, cipher, number, clock, print }: NumberCommand): Promise<void> {
  const calls = await forget(db, cipher, await number(), clock.now());
  print(`forgotten in ${String(calls)} calls`);
}

/** Commands `blocks list`, `blocks add` and `blocks lift`. */
export const BLOCK_COMMANDS: Record<string, (command: NumberCommand) => Promise<void>> = {
  async list({ db, print }) {
    for (const { number_hash, blocked_at, by } of await blocks(db)) {
      print(JSON.stringify({ id: number_hash.slice(0, ID_LETTERS), blockedAt: blocked_at, by }));
    }
  },
  async add({ db, cipher, number, clock, print }) {
    const hash = cipher.hash(await number());
    const added = await db.write("blockNumber", (transaction) =>
      blockNumber(transaction, hash, "operator", clock.now()),
    );
    print(added ? "blocked for all tenants" : "it was blocked already");
  },
  async lift({ db, cipher, number, print }) {
    const lifted = await liftBlock(db, cipher.hash(await number()));
    print(lifted ? "called again from now on" : "it was not blocked");
  },
};

/**
 * Reads a telephone number from the first line of `input`. Prompts for it if `input` is a terminal.
 *
 * @throws Error when the line is not a telephone number
 */
export async function readNumber(input: Readable & { isTTY?: boolean }, ask: Writable): Promise<string> {
  const number = await readNumberIfAny(input, ask);
  if (number === undefined) throw notANumber();
  return number;
}

/** Like {@link readNumber}, but returns undefined for an empty line. */
export async function readNumberIfAny(
  input: Readable & { isTTY?: boolean },
  ask: Writable,
): Promise<string | undefined> {
  if (input.isTTY === true) ask.write("number, with + and country code: ");
  const lines = createInterface({ input });
  let typed = "";
  for await (const line of lines) {
    typed = line.trim();
    break;
  }
  lines.close();
  if (typed === "") return undefined;
  const number = readPhoneNumber(typed);
  if (number?.isPossible() === true && typed.startsWith("+")) return number.number;
  throw notANumber();
}

const notANumber = (): Error => new Error("write the number to standard input, with + and country code");

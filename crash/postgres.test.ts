import { randomInt } from "node:crypto";
import { expect, it } from "vitest";
import { seededRandom } from "./seeded-random.js";
import { figuresOf } from "./figures.js";
import { postgresRounds } from "./postgres-rounds.js";

/** Number of kills. At one kill a second, the test lasts about as long as a backend stays frozen. */
const ROUNDS = 28;

it(
  "three backends on one PostgreSQL, one killed every second and one frozen between the attempt and its send, lose no accepted call and dial none twice",
  { timeout: 600_000 },
  async () => {
    const seed = randomInt(2 ** 31);
    const outcome = await postgresRounds({ rounds: ROUNDS, random: seededRandom(seed) });
    const { findings, kills, frozen } = outcome;
    const figures = `seed ${seed}\n${figuresOf(outcome)}`;
    const { lost, twice, untrue } = findings;
    expect({ lost, twice, untrue }, figures).toEqual({ lost: [], twice: [], untrue: [] });
    expect(kills, figures).toHaveLength(ROUNDS);
    expect(frozen, figures).toBeGreaterThan(0);
    // After it was woken, the frozen backend must have withdrawn its attempt and sent nothing to UIS.
    expect(findings.takenBack, figures).toBeGreaterThan(0);
    expect(findings.accepted, figures).toBeGreaterThan(150);
  },
);

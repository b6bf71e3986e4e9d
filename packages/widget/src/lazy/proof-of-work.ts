import type { ProofChallenge } from "./proof.js";

/** Milliseconds a solution is good for; the backend takes it a little longer. */
const FRESH = 4 * 60_000;

/** The proof a call may need: worked out ahead of time, so that nobody waits for it, and kept until it is used. */
export class ProofOfWork {
  readonly #challenge: () => Promise<ProofChallenge>;
  #work: { done: Promise<string>; ready: boolean; until: number } | undefined;

  /** @param challenge asks the backend for one */
  constructor(challenge: () => Promise<ProofChallenge>) {
    this.#challenge = challenge;
  }

  /** Whether there is one without waiting. */
  get ready(): boolean {
    return this.#work?.ready === true && performance.now() < this.#work.until;
  }

  /** The proof; begins to work on it where there is none. */
  get(): Promise<string> {
    const work = this.#work;
    return work !== undefined && performance.now() < work.until ? work.done : this.#begin();
  }

  /** It has been used, or is not taken. */
  drop(): void {
    this.#work = undefined;
  }

  #begin(): Promise<string> {
    const work = { done: this.#solve(), ready: false, until: performance.now() + FRESH };
    this.#work = work;
    work.done.then(
      () => (work.ready = true),
      () => {
        if (this.#work === work) this.#work = undefined;
      },
    );
    return work.done;
  }

  async #solve(): Promise<string> {
    const [{ solveProof }, challenge] = await Promise.all([import("./proof.js"), this.#challenge()]);
    return solveProof(challenge);
  }
}

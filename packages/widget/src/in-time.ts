/** Times in milliseconds. */
export const TIMES = {
  /** Time-out of a request, of a function of the page, and of a file of the element. */
  answer: 15_000,
  /** Time-out of the messages of an error. Until they are loaded, the panel shows a message that it already has. */
  words: 5000,
  /** Time-out of the first event. A proxy may hold the stream back, so that no event arrives. */
  silence: 5000,
  /** Time-out between two events: the backend sends a comment every fifteen seconds. */
  lull: 40_000,
  /** First interval of polling, which is used if no events arrive. The interval grows up to `longestPoll`. */
  poll: 1500,
  longestPoll: 5000,
};

/**
 * Returns the result of a function that may never end: one of the page, or one that loads a file.
 *
 * @throws Error if the result does not arrive in time
 */
export async function inTime<Answer>(
  ask: () => Promise<Answer> | Answer,
  timeout = TIMES.answer,
): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), timeout);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}

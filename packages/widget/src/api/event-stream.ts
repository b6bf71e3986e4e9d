/**
 * Yields the data of each server-sent `call` event. `EventSource` cannot send the Authorization header, so the stream is
 * parsed here; the backend writes data in one line.
 *
 * @param heard called for everything received, comments included
 */
export async function* readEvents(
  body: ReadableStream<BufferSource>,
  heard: () => void,
): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const events = (rest + value).split(/\r?\n\r?\n/);
    // The last part is incomplete: it waits for the next chunk.
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = /^event: ?call$/m.test(event) && /^data: ?(.+)/m.exec(event)?.[1];
      if (data) yield data;
    }
  }
}

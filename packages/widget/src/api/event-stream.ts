/**
 * Yields the data of each server-sent `call` event. `EventSource` cannot send the Authorization header, so this
 * function parses the stream itself. It expects the data of an event in one line, because the backend writes it so.
 *
 * @param heard called whenever anything is received, including comments
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
    // The last part may be incomplete, so it is kept until the next chunk arrives.
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = /^event: ?call$/m.test(event) && /^data: ?(.+)/m.exec(event)?.[1];
      if (data) yield data;
    }
  }
}

/**
 * The data of the server-sent events that tell of a call, as they come. `EventSource` would do but for the header that says whose
 * session it is. The backend writes data of one line.
 *
 * @param heard is told of every sign of life, comments too
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
    // The last is not over yet.
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = /^event: ?call$/m.test(event) && /^data: ?(.+)/m.exec(event)?.[1];
      if (data) yield data;
    }
  }
}

import { expect } from "chai";
import { readEvents } from "./event-stream.js";

/** Returns a stream that delivers the given chunks. */
const streamOf = (pieces: Iterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new Uint8Array(piece));
      controller.close();
    },
  });

const read = async (pieces: Iterable<Uint8Array>): Promise<string[]> => {
  const read: string[] = [];
  for await (const data of readEvents(streamOf(pieces), () => undefined)) read.push(data);
  return read;
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a stream of server-sent events", () => {
  const TEXT =
    ': hello\n\nretry: 2000\n\nid: 1\nevent: call\ndata: {"a":"Я"}\n\nevent: other\ndata: no\n\ndata: no\n\nevent:call\r\ndata:2\r\n\r\nevent: call\ndata: cut off';

  it("is read for the events of that name, whatever lies between them", async () => {
    expect(await read([bytes(TEXT)])).to.deep.equal(['{"a":"Я"}', "2"]);
  });

  it("may come in any pieces", async () => {
    const all = bytes(TEXT);
    for (const size of [1, 2, 3, 7]) {
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
        all.slice(index * size, (index + 1) * size),
      );
      expect(await read(pieces), String(size)).to.deep.equal(['{"a":"Я"}', "2"]);
    }
  });

  it("tells of every sign of life", async () => {
    let heard = 0;
    const stream = streamOf([bytes(": ping\n\n"), bytes("\n"), bytes(": ping\n\n")]);
    for await (const data of readEvents(stream, () => (heard += 1))) expect.fail(data);
    expect(heard).to.equal(3);
  });
});

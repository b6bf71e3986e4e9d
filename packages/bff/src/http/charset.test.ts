import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { ORIGIN } from "@uis-call/testing/acme";
import { got } from "got";
import { afterAll, beforeAll, expect, it } from "vitest";

let bff: TestBff;
beforeAll(async () => {
  bff = await startTestBff();
});
afterAll(() => bff.stop());

const open = async (charset: string, body: Buffer) => {
  const headers = { origin: ORIGIN, "content-type": `application/json${charset}` };
  const answer = await got.post(`${bff.url}/session`, { headers, body, throwHttpErrors: false });
  return [answer.statusCode, (JSON.parse(answer.body) as { code?: string }).code];
};

const BODY = JSON.stringify({ tenant: "acme" });

it.each(["", "; charset=utf-8", "; charset=UTF-8", '; charset="utf-8"'])(
  "a body in UTF-8 is read with Content-Type: application/json%s",
  async (charset) => {
    expect(await open(charset, Buffer.from(BODY))).toEqual([200, undefined]);
  },
);

it.each([
  ["utf-16", "utf16le"],
  ["utf-16le", "utf16le"],
  ["utf-7", "utf8"],
  ["utf-32", "utf8"],
  ["iso-8859-1", "latin1"],
  ["nonsense", "utf8"],
] as const)("a body in %s is refused", async (charset, encoding) => {
  expect(await open(`; charset=${charset}`, Buffer.from(BODY, encoding))).toEqual([
    415,
    "unsupported_media_type",
  ]);
});

it.each(["", "; charset=utf-8"])("bytes that are not UTF-8 are no JSON, with '%s'", async (charset) => {
  const bytes = Buffer.concat([Buffer.from('{"tenant":"ac'), Buffer.from([0xff, 0xc0]), Buffer.from('"}')]);
  expect(await open(charset, bytes)).toEqual([400, "malformed_json"]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyAuthenticate, classifyPlaceCalls } from "./answer.js";

const STATUSES = [200, 400, 401, 403, 500];

const answer = (body: unknown, status = 200) => ({
  kind: "answer" as const,
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

const rpcError = (code: number, id: number | null = 7) => ({
  jsonrpc: "2.0",
  id,
  error: { code, message: "m", data: "d" },
});

describe("an answer to place_calls", () => {
  it("is placed on success, under either spelling of result", () => {
    expect(classifyPlaceCalls(answer({ jsonrpc: "2.0", id: 7, result: "success" }), 7)).toEqual({
      kind: "placed",
    });
    expect(classifyPlaceCalls(answer({ jsonrpc: "2.0", id: 7, resutl: "success" }), 7)).toEqual({
      kind: "placed",
    });
  });

  it("is placed on success with an error of null beside it, and with its id as text", () => {
    for (const body of [
      { jsonrpc: "2.0", id: 7, result: "success", error: null },
      { jsonrpc: "2.0", id: "7", result: "success" },
    ])
      expect(classifyPlaceCalls(answer(body), 7)).toEqual({ kind: "placed" });
  });

  it("goes by the error with a result of null beside it, and with its id as text", () => {
    for (const body of [
      { ...rpcError(-32005), result: null },
      { ...rpcError(-32005), id: "7" },
    ])
      expect(classifyPlaceCalls(answer(body), 7).kind).toBe("renew");
  });

  it.each(["8", "07", " 7", "7.0", "", "0x7"])("proves nothing with the id %j", (id) => {
    expect(classifyPlaceCalls(answer({ jsonrpc: "2.0", id, result: "success" }), 7).kind).toBe("unknown");
  });

  it("is a refusal of this call on fail", () => {
    expect(classifyPlaceCalls(answer({ jsonrpc: "2.0", id: 7, result: "fail" }), 7)).toMatchObject({
      kind: "refused",
      fault: "call",
    });
  });

  it.each(STATUSES)("goes by the error code, whatever the HTTP status: %i", (status) => {
    const classOf = (code: number) => classifyPlaceCalls(answer(rpcError(code), status), 7).kind;
    expect([-32001, -32003, -32600, -32601, -32602, -32700].map(classOf)).toEqual(Array(6).fill("refused"));
    expect([-32002, -32005].map(classOf)).toEqual(["renew", "renew"]);
    expect(classOf(-32004)).toBe("wait");
    expect([-32603, -32099, 1].map(classOf)).toEqual(Array(3).fill("unknown"));
  });

  it("accepts an error without an id, and none with another request's id", () => {
    expect(classifyPlaceCalls(answer(rpcError(-32005, null)), 7).kind).toBe("renew");
    expect(classifyPlaceCalls(answer(rpcError(-32005, 8)), 7).kind).toBe("unknown");
  });

  it("is refused when the version is not supported, for which no code is documented", () => {
    const body = { jsonrpc: "2.0", error: { message: "Api version not supported" } };
    expect(classifyPlaceCalls(answer(body), 7)).toMatchObject({ kind: "refused", fault: "account" });
  });

  it.each([
    ["HTML", "<!doctype html><p>Welcome"],
    ["nothing", ""],
    ["null", "null"],
    ["an array", [{ jsonrpc: "2.0", id: 7, result: "success" }]],
    ["another request's success", { jsonrpc: "2.0", id: 8, result: "success" }],
    ["success without an id", { jsonrpc: "2.0", result: "success" }],
    ["success and an error", { ...rpcError(-32602), result: "success" }],
    ["an unknown result", { jsonrpc: "2.0", id: 7, result: "ok" }],
    ["an error with a text for a code", { jsonrpc: "2.0", id: 7, error: { code: "-32602" } }],
    ["half an answer", '{"jsonrpc":"2.0","id":7,"resu'],
  ])("proves nothing when it is %s", (_what, body) => {
    expect(classifyPlaceCalls(answer(body), 7).kind).toBe("unknown");
    expect(classifyPlaceCalls(answer(body, 502), 7).kind).toBe("unknown");
  });

  it("is not placed by a success that comes with an error status", () => {
    expect(classifyPlaceCalls(answer({ jsonrpc: "2.0", id: 7, result: "success" }, 500), 7).kind).toBe(
      "unknown",
    );
  });

  it("is a firewall's refusal on a bare 403, which may concern the words of one visitor", () => {
    expect(classifyPlaceCalls(answer("<p>no", 403), 7)).toMatchObject({ kind: "refused", fault: "firewall" });
    expect(classifyAuthenticate(answer("<p>no", 403), 7)).toMatchObject({ fault: "account" });
    expect(classifyPlaceCalls(answer(rpcError(-32003), 403), 7)).toMatchObject({ fault: "account" });
  });

  it.each([301, 302, 307, 308, 401, 404, 405])(
    "is the account's refusal on a bare %i, which says that the request was not read",
    (status) => {
      expect(classifyPlaceCalls(answer("<p>no", status), 7)).toMatchObject({
        kind: "refused",
        fault: "account",
      });
    },
  );

  it.each([400, 413, 415])("is a refusal of this request alone on a bare %i", (status) => {
    expect(classifyPlaceCalls(answer("<p>no", status), 7)).toMatchObject({
      kind: "refused",
      fault: "defect",
    });
  });

  it("is to be waited for after a bare 429", () => {
    expect(classifyPlaceCalls(answer("slow down", 429), 7)).toMatchObject({ kind: "wait", because: "limit" });
  });

  it("is a wait when nothing was sent, and unknown when it may have been", () => {
    expect(classifyPlaceCalls({ kind: "fault", sent: false, code: "ECONNREFUSED" }, 7).kind).toBe("wait");
    expect(classifyPlaceCalls({ kind: "fault", sent: true, code: "ECONNRESET" }, 7).kind).toBe("unknown");
  });

  it.each([
    ["as it is", 'pa"ss wörd', 'pa"ss wörd'],
    ["in JSON", 'pa"ss wörd', 'pa\\"ss wörd'],
    ["in a URL", 'pa"ss wörd', "pa%22ss%20w%C3%B6rd"],
    ["in a form", 'pa"ss wörd', "pa%22ss+w%C3%B6rd"],
    ["in base64", 'pa"ss wörd', Buffer.from('pa"ss wörd').toString("base64")],
    ["when it is short", "ab1", "ab1"],
    ["when it is a short number", "29012345", "29012345"],
  ])("has a secret that was sent masked by its value, %s", (_how, secret, quoted) => {
    const data = `incremental_dialing_timeout, a_long_word_that_is_no_secret, key ${quoted}.`;
    const body = { jsonrpc: "2.0", id: 7, error: { code: -32602, message: `M ${quoted}`, data } };
    const expected = "M •••: incremental_dialing_timeout, a_long_word_that_is_no_secret, key •••.";
    expect(classifyPlaceCalls(answer(body), 7, [secret])).toMatchObject({ detail: expected });
    expect(classifyAuthenticate(answer(body), 7, [secret])).toMatchObject({ detail: expected });
  });

  it("has the longer of two secrets masked first, and the text shortened afterwards", () => {
    const message = `${"x ".repeat(97)}secret-and-more`;
    const body = { jsonrpc: "2.0", id: 7, error: { code: -32602, message } };
    const { detail } = classifyPlaceCalls(answer(body), 7, ["secret", "secret-and-more"]) as {
      detail: string;
    };
    expect(detail).toBe(`${"x ".repeat(97)}•••`);
  });

  it("loses its numbers before it is logged", () => {
    const body = {
      jsonrpc: "2.0",
      id: 7,
      error: { code: -32602, message: "Invalid params", data: "numa 79000000001 is wrong" },
    };
    expect(JSON.stringify(classifyPlaceCalls(answer(body), 7))).not.toContain("79000000001");
  });
});

describe("whatever UIS answers", () => {
  const codes = [-32001, -32002, -32003, -32004, -32005, -32600, -32601, -32602, -32603, -32700];

  /**
   * Generates members of bodies that are nearly valid, because classifiers are most likely to be wrong about
   * these.
   */
  const member = fc.oneof(
    fc.constantFrom<unknown>("success", "fail", "2.0", 7, 8, null, true, "", [], {}, "-32602", ...codes),
    fc.jsonValue(),
  );
  const envelope = fc.record(
    {
      jsonrpc: fc.oneof(fc.constant("2.0"), member),
      id: fc.oneof(fc.constant(7), member),
      result: member,
      resutl: member,
      error: fc.oneof(
        fc.record({ code: member, message: member, data: member }, { requiredKeys: [] }),
        member,
      ),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    envelope.map((value) => JSON.stringify(value)),
    envelope.map((value) => JSON.stringify(value).slice(0, -2)),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.string(),
  );
  const status = fc.constantFrom(200, 200, 200, 201, 301, 400, 401, 403, 404, 429, 500, 502);

  const UNKNOWN_EVERYWHERE = Object.fromEntries(STATUSES.map((http) => [http, "unknown"]));

  it("is classified: 100,000 generated answers, none placed without a success, none thrown over", () => {
    let placed = 0;
    fc.assert(
      fc.property(status, body, (http, text) => {
        const outcome = classifyPlaceCalls(answer(text, http), 7);
        if (outcome.kind !== "placed") return;
        placed++;
        const { jsonrpc, id, result, resutl, error } = JSON.parse(text) as Record<string, unknown>;
        expect([jsonrpc, id, result ?? resutl, error ?? undefined]).toEqual(["2.0", 7, "success", undefined]);
        expect(http).toBeLessThan(300);
      }),
      { numRuns: 100_000, seed: 1 },
    );
    expect(placed).toBeGreaterThan(0);
  });

  it.each<[string, unknown, Record<number, string>]>([
    ["success", { jsonrpc: "2.0", id: 7, result: "success" }, { 200: "placed" }],
    ["fail", { jsonrpc: "2.0", id: 7, result: "fail" }, { 200: "refused call" }],
    ["no JSON", "<!doctype html>", { 200: "unknown" }],
    ["an error that is none of the document's", rpcError(-32000), UNKNOWN_EVERYWHERE],
    ["an internal error", rpcError(-32603), UNKNOWN_EVERYWHERE],
  ])("with %s is judged by its status as well", (_what, body, expected) => {
    const judged = STATUSES.map((http) => {
      const outcome = classifyPlaceCalls(answer(body, http), 7);
      return [http, outcome.kind === "refused" ? `refused ${outcome.fault}` : outcome.kind];
    });
    const unread = {
      400: "refused defect",
      401: "refused account",
      403: "refused firewall",
      500: "unknown",
    };
    expect(Object.fromEntries(judged)).toEqual({ ...unread, ...expected });
  });

  it.each(codes)("%i means the same under every status and in every kind of body", (code) => {
    const kinds = STATUSES.flatMap((http) => {
      const details = [{ data: "d" }, { details: "d" }, {}];
      return details.map((detail) => {
        const body = { jsonrpc: "2.0", id: 7, error: { code, message: "m", ...detail } };
        return classifyPlaceCalls(answer(body, http), 7).kind;
      });
    });
    expect(new Set(kinds).size).toBe(1);
  });
});

describe("an answer to authenticate", () => {
  it("gives the token", () => {
    expect(classifyAuthenticate(answer({ jsonrpc: "2.0", id: 7, result: { session_key: "k" } }), 7)).toEqual({
      token: "k",
    });
  });

  it("may be tried again after anything that proves nothing", () => {
    expect(classifyAuthenticate({ kind: "fault", sent: true, code: "ECONNRESET" }, 7)).toMatchObject({
      kind: "wait",
    });
    expect(classifyAuthenticate(answer("<p>", 502), 7)).toMatchObject({ kind: "wait" });
    expect(classifyAuthenticate(answer(rpcError(-32603)), 7)).toMatchObject({ kind: "wait" });
    expect(classifyAuthenticate(answer({ jsonrpc: "2.0", id: 7, result: {} }), 7)).toMatchObject({
      kind: "wait",
    });
  });

  it.each([-32001, -32002, -32003])("is the account's fault on %i, not a reason to log in again", (code) => {
    expect(classifyAuthenticate(answer(rpcError(code)), 7)).toMatchObject({
      kind: "refused",
      fault: "account",
    });
  });
});

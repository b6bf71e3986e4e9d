import type { ProofChallenge } from "@uis-call/shared";
import fc from "fast-check";

/**
 * A generated HTTP request. It may contain placeholders. Before it is sent, they are replaced with values of a session.
 */
export interface FuzzRequest {
  /** The path for which the body was generated. Undefined if the body was generated for no particular path. */
  like: string | undefined;
  /** Random number that chooses the path of the request. */
  route: number;
  method: number;
  /** The value that replaces the parameter of the path, for example `:id`. */
  id: string;
  query: string;
  /** Random number that chooses the session in which the request is sent. */
  session: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/**
 * Placeholder in a header or parameter. It is replaced with the session's own value, such as its CSRF token, its origin
 * or the id of its call.
 */
export const OWN = "own";

/** Placeholder that is replaced with the time for which the session's own call is scheduled. */
export const OWN_TIME = "own time";

/** Unusual texts that have broken other programs. */
const ODD_TEXTS = [
  "",
  " ",
  "\u0000",
  "\ufeff",
  "\u202e",
  "１２３４５",
  "😀".repeat(100),
  "a".repeat(4000),
  "a".repeat(9000),
  "%00",
  "%E0%A4%A",
  "..%2f..%2fetc%2fpasswd",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "NaN",
  "-0",
  "' or 1=1 --",
  "{{7*7}}",
  "$where",
  "<script>",
  "\r\nSet-Cookie: a=b",
  "2027-02-30T25:61:00Z",
  "+".repeat(40),
];

/**
 * JSON values that `JSON.stringify` never writes. A generated body contains them as strings between two {@link MARK}
 * characters. `textOf` removes the marks and the quotation marks from the JSON text.
 */
const RAW = [
  "1e999",
  "-1e999",
  "1e-999",
  "-0",
  "9007199254740993",
  "1".repeat(400),
  "NaN",
  "undefined",
  "01",
  "'a'",
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":1,"a":2}',
  "[".repeat(1500) + "]".repeat(1500),
  '{"a":'.repeat(600) + "1" + "}".repeat(600),
  "[".repeat(3000),
];
const MARK = "\u2021";

const oddText = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ maxLength: 300 }),
);
const odd = fc.oneof(
  oddText,
  fc.constantFrom(...RAW).map((raw) => MARK + raw + MARK),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.boolean(),
);

/** Generates the expected kind of value in most cases, and an unusual value in the others. */
const mostly = <T>(expected: fc.Arbitrary<T>, weight = 40): fc.Arbitrary<unknown> =>
  fc.oneof({ weight, arbitrary: expected }, { weight: 1, arbitrary: odd });

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const phone = fc.oneof(
  fc.constantFrom("8 900 000-00-01", "+79000000001", "tel:+79000000001", "+1 202 555 0100", "112", "+7", "0"),
  fc.string({ unit: fc.constantFrom(...Array.from("0123456789+-() ")), minLength: 3, maxLength: 32 }),
);
const token = fc
  .tuple(
    fc.record(
      { alg: mostly(fc.constantFrom("HS256", "none", "ES256", "hs256")), kid: odd, crit: odd },
      { requiredKeys: ["alg"] },
    ),
    fc.record(
      { aud: mostly(fc.constantFrom("asking", "sealing")), sub: odd, iat: odd, exp: odd, jti: odd },
      { requiredKeys: [] },
    ),
    fc.string({ maxLength: 50 }),
  )
  .map(([header, claims, signature]) => `${base64(header)}.${base64(claims)}.${base64(signature)}`);
const sealedNumber = fc
  .tuple(
    fc.record(
      {
        alg: mostly(fc.constantFrom("dir", "none", "A256KW", "PBES2-HS256+A128KW")),
        enc: mostly(fc.constantFrom("A256GCM", "A128CBC-HS256")),
        kid: mostly(fc.constantFrom("sealing", "asking")),
        zip: odd,
        p2c: odd,
      },
      { requiredKeys: ["alg", "enc"] },
    ),
    fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 3, maxLength: 5 }),
  )
  .map(([header, parts]) =>
    [base64(header), ...parts.map((part) => Buffer.from(part).toString("base64url"))].join("."),
  );

const proofOf = (challenge: ProofChallenge): fc.Arbitrary<string> =>
  fc
    .record({
      parameters: fc.record(
        {
          cost: odd,
          algorithm: odd,
          nonce: odd,
          keyPrefix: odd,
          keySignature: odd,
          expiresAt: odd,
          data: odd,
          memoryCost: odd,
        },
        { requiredKeys: [] },
      ),
      solution: fc.record({
        counter: mostly(fc.nat(1600), 3),
        derivedKey: mostly(fc.constant("0".repeat(64)), 3),
      }),
    })
    .map(({ parameters, solution }) => {
      const changed = { ...challenge, parameters: { ...challenge.parameters, ...parameters } };
      return Buffer.from(JSON.stringify({ challenge: changed, solution })).toString("base64");
    });

/**
 * Generates the properties of request bodies. Their values may be wrong, and some bodies have properties that their
 * target does not need.
 */
const members = (challenge: ProofChallenge) => {
  const all = {
    target: mostly(fc.constantFrom("sales", "support", "customer", "supplier", "nowhere")),
    phone: mostly(phone),
    sealedNumber: mostly(fc.oneof(sealedNumber, fc.constant(OWN))),
    proof: mostly(proofOf(challenge)),
    consent: mostly(fc.constantFrom(true, true, true, false)),
    variables: mostly(fc.dictionary(fc.constantFrom("product", "a", "__proto__", "x y"), fc.string())),
    at: mostly(fc.constantFrom("2026-12-01T10:00:00Z", "2020-01-01T00:00:00+03:00", OWN_TIME)),
    reference: mostly(fc.constantFrom("deal-17", "Сделка 17", "a b")),
    page: mostly(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.constant("javascript:0"))),
  };
  const { phone: number, consent, sealedNumber: sealed, proof, at, target } = all;
  const [sales, customer] = [mostly(fc.constant("sales")), mostly(fc.constant("customer"))];
  const plain = fc.oneof(
    fc.record({ target: sales, phone: number, consent }),
    fc.record({ target: sales, phone: number, proof }),
    fc.record({ target: customer, sealedNumber: sealed, at }),
    fc.record({ target }),
  );
  const strays = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record(all, { requiredKeys: [] }) },
  );
  return {
    call: fc.tuple(plain, strays).map(([known, stray]) => ({ ...known, ...stray })),
    session: fc.record(
      {
        tenant: mostly(fc.constantFrom("asking", "sealing", "proving", "nobody")),
        token: mostly(token),
        bearer: mostly(fc.boolean()),
      },
      { requiredKeys: ["tenant"] },
    ),
  };
};

/** Functions that damage the JSON text of a body. */
const DAMAGE: ((text: string, at: number) => string | Buffer)[] = [
  (text, at) => text.slice(0, at % (text.length + 1)),
  (text, at) => text.slice(0, at % (text.length + 1)) + text.slice((at % (text.length + 1)) + 1),
  (text, at) =>
    text.slice(0, at % text.length) + '"{[,:\\\u0000'.charAt(at % 7) + text.slice(at % text.length),
  (text) => text.replace("{", '{"__proto__":{"polluted":true},'),
  (text) => text.replace("{", '{"constructor":{"prototype":{"polluted":true}},'),
  (text) => text.replace("{", '{"target":"sales","target":"support",'),
  (text, at) => "[".repeat(1 + (at % 50)) + text + "]".repeat(1 + (at % 50)),
  (text) => `\ufeff${text}`,
  (text) => `${text}${text}`,
  (text, at) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[at % bytes.length] = 0x80 | (at % 0x80);
    return bytes;
  },
  (text) => Buffer.from(text, "utf16le"),
];

/** Writes a value as JSON. Inserts the texts of {@link RAW}, which `JSON.stringify` cannot write. */
const textOf = (value: unknown): string =>
  ((JSON.stringify(value) as string | undefined) ?? "").replaceAll(
    new RegExp(`"${MARK}([^${MARK}]*)${MARK}"`, "g"),
    (_all, raw: string) => JSON.parse(`"${raw}"`) as string,
  );

type Body = Pick<FuzzRequest, "like" | "body">;

const bodyOf = (challenge: ProofChallenge): fc.Arbitrary<Body> => {
  const { call, session } = members(challenge);
  const json = (values: fc.Arbitrary<unknown>, like?: string): fc.Arbitrary<Body> =>
    fc.tuple(values, fc.nat({ max: 6 * DAMAGE.length }), fc.nat()).map(([value, damage, at]) => {
      const text = textOf(value);
      return { like, body: Buffer.from(DAMAGE[damage]?.(text, at) ?? text) };
    });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    oddText.map((text) => Buffer.from(text)),
  );
  return fc.oneof(
    { weight: 9, arbitrary: json(call, "/calls") },
    { weight: 3, arbitrary: json(session, "/session") },
    { weight: 2, arbitrary: json(odd) },
    { weight: 1, arbitrary: bytes.map((body) => ({ like: undefined, body })) },
  );
};

/** Generates texts that HTTP allows as the value of a header. */
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 80,
});
const header = (...expected: (string | undefined)[]): fc.Arbitrary<string | undefined> =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constant(expected[0]) },
    { weight: 2, arbitrary: fc.constantFrom(...expected) },
    { weight: 1, arbitrary: headerText },
  );
const headers = fc.record({
  "content-type": header(
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=",
    "application/problem+json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "application/json, text/plain",
    ";",
    undefined,
  ),
  "content-encoding": header(undefined, "gzip", "br", "deflate", "identity"),
  origin: header(OWN, "null", "https://evil.example", undefined),
  "x-csrf-token": header(OWN, "x".repeat(43), "", undefined),
  "idempotency-key": header(
    OWN,
    "00000000-0000-4000-8000-000000000000",
    '"00000000-0000-4000-8000-000000000001"',
    "1",
    undefined,
  ),
  cookie: header(OWN, "uis_call_asking=s%3Aa.b", "uis_call_asking=%E0%A4%A", "a=b; ".repeat(500), undefined),
  "sec-fetch-site": header(undefined, "same-origin", "cross-site", "none"),
  "accept-language": header("en", "*", "ru-RU;q=0.9,,;;q=x", "a".repeat(5000), undefined),
  authorization: header(undefined, "Bearer x", "Bearer ", "Basic Og=="),
  "x-forwarded-for": header(undefined, "1.2.3.4, 5.6.7.8", "::1", "x".repeat(4000)),
  "x-forwarded-proto": header(undefined, "https", "https,http"),
  "last-event-id": header(undefined, "1"),
});

const rest = fc.record({
  route: fc.nat(),
  method: fc.nat(),
  id: fc.oneof(
    { weight: 6, arbitrary: fc.constant(OWN) },
    { weight: 3, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: oddText.map((text) => encodeURIComponent(text)) },
    { weight: 1, arbitrary: fc.constantFrom("%E0%A4%A", "%", "a%00b", "..", "%2e%2e%2f") },
  ),
  query: fc.oneof(
    { weight: 60, arbitrary: fc.constant(OWN) },
    {
      weight: 2,
      arbitrary: fc.constantFrom("", "?tenant=", "?tenant=nobody", "?tenant=asking&tenant=asking"),
    },
    { weight: 1, arbitrary: fc.webQueryParameters().map((query) => `?${query}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("?a=1&a=2", "?__proto__[a]=1&constructor[prototype][a]=1", "?%"),
    },
  ),
  session: fc.nat(),
  headers,
});

/** Generates HTTP requests of all kinds. The same seed gives the same requests. */
export const fuzzRequests = (challenge: ProofChallenge): fc.Arbitrary<FuzzRequest> =>
  fc.tuple(bodyOf(challenge), rest).map(([body, others]) => ({ ...body, ...others }));

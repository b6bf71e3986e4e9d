import fc from "fast-check";

const names = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "target",
    "phone",
    "tenant",
    "variables",
  ),
  fc.string({ maxLength: 5 }),
);

const { body } = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, 0, "", "sales", "acme", "8 900 000-00-01"),
    fc.array(tie("body"), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie("body")), { maxLength: 4 }).map(textOf),
  ),
}));

/** A valid call request but for the names of its variables. */
const nearly = fc.array(fc.tuple(names, fc.string({ maxLength: 5 })), { maxLength: 4 }).map((variables) =>
  textOf([
    ["target", "sales"],
    ["variables", textOf(variables)],
  ]),
);

/** JSON of every shape, with member names that have a meaning to JavaScript objects or to the backend. */
export const generatedBody = fc.oneof(body, nearly);

/** Writes JSON as text, because only parsing a text gives an object an own `__proto__`. */
function textOf(members: [string, unknown][]): unknown {
  const written = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${written.join()}}`);
}

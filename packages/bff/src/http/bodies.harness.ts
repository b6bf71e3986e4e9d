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

/** A call request that is valid except that its variables may have any names. */
const nearly = fc.array(fc.tuple(names, fc.string({ maxLength: 5 })), { maxLength: 4 }).map((variables) =>
  textOf([
    ["target", "sales"],
    ["variables", textOf(variables)],
  ]),
);

/** Arbitrary JSON. Some of its member names have a special meaning for JavaScript objects or for the backend. */
export const generatedBody = fc.oneof(body, nearly);

/**
 * Makes an object from its members by parsing JSON text, because only parsing gives an object its own member
 * `__proto__`.
 */
function textOf(members: [string, unknown][]): unknown {
  const written = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${written.join()}}`);
}

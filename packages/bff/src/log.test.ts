import { describe, expect, it } from "vitest";
import { createLogger } from "./log.js";

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  let out = "";
  write(createLogger("info", (line) => (out += line)));
  return out;
}

describe("the log", () => {
  it.each(["79000000001", "+7 900 000-00-01", "8 (900) 000 00 01", "7.900.000.00.01"])(
    "blanks the number %s wherever it slips in",
    (number) => {
      const out = logged((log) => log.info({ deep: { value: number } }, `called ${number}`));
      expect(out).toContain("•••");
      expect(out.replaceAll(/\D/g, "")).not.toContain("000000001");
    },
  );

  it("keeps the ids of calls readable, even those made of digits only", () => {
    const id = "12345678-1234-4234-8234-123456789012";
    expect(logged((log) => log.info({ call: id }))).toContain(id);
  });

  it("keeps times readable", () => {
    expect(logged((log) => log.info("x"))).toMatch(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  });

  it("writes one line per entry, whatever the text holds", () => {
    expect(
      logged((log) => log.info("a\r\nb\u001b[31m"))
        .trimEnd()
        .split("\n"),
    ).toHaveLength(1);
  });

  it("shows an error with the chain of its causes, numbers blanked", () => {
    const out = logged((log) =>
      log.error({ err: new Error("outer", { cause: new Error("no 79000000001") }) }),
    );
    expect(out).toContain("outer");
    expect(out).toContain("no •••");
  });
});

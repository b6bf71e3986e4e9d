import { describe, expect, it } from "vitest";
import { hintFor } from "./hints.js";
import { contrast, ThemeSchema, themeValues } from "./theme.js";

const valuesOf = (theme: unknown) => themeValues(ThemeSchema.parse(theme));

const problemOf = (theme: unknown): string => {
  const parsed = ThemeSchema.safeParse(theme, { error: hintFor });
  return parsed.success ? "" : JSON.stringify(parsed.error.issues);
};

describe("a tenant's theme", () => {
  it("becomes values of CSS, one for each custom property", () => {
    expect(
      valuesOf({ accent: "#D6006C", accentText: "#ffffff", radius: "0.5rem", font: "Inter, sans-serif" }),
    ).toEqual({
      accent: "#d6006c",
      "accent-text": "#ffffff",
      radius: "0.5rem",
      font: "1em/1.5 Inter, sans-serif",
    });
    expect(valuesOf({ radius: "0" })).toEqual({ radius: "0" });
    expect(valuesOf({})).toEqual({});
  });

  it("may have other colours in the dark", () => {
    expect(valuesOf({ accent: { light: "#0b7a5a", dark: "#3ecf9b" } })).toEqual({
      accent: "light-dark(#0b7a5a,#3ecf9b)",
    });
  });

  it("must have the contrast that WCAG defines", () => {
    expect(contrast("#000000", "#ffffff")).toBe(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(problemOf({ accent: "#767676", accentText: "#ffffff" })).toBe("");
    expect(problemOf({ accent: "#777777", accentText: "#ffffff" })).not.toBe("");
  });

  it("refuses text that cannot be read, says why, and what to do", () => {
    expect(problemOf({ accent: "#ffcc00", accentText: "#ffffff" })).toMatch(/contrast of 1\.5.*Leave it out/);
    expect(problemOf({ accent: { light: "#0b7a5a", dark: "#3ecf9b" }, accentText: "#ffffff" })).toContain(
      "#3ecf9b",
    );
    expect(problemOf({ accentText: "#ffffff" })).toContain("name that, too");
  });

  it.each([
    { accent: "red" },
    { accent: "#fff" },
    { accent: "#0b7a5a;}*{display:none" },
    { accent: { light: "#0b7a5a" } },
    { accent: "url(https://evil.example)" },
    { radius: "calc(1px)" },
    { radius: "100rem" },
    { radius: "-1px" },
    { radius: 4 },
    { font: "Inter;color:red" },
    { font: "url(x)" },
    { font: 'Inter"}' },
    { font: "Inter\n{}" },
    { font: "" },
    { background: "#ffffff" },
  ])("takes plain values and nothing else: not $accent$radius$font$background", (theme) => {
    expect(problemOf(theme)).not.toBe("");
  });
});

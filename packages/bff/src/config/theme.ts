import { z } from "zod";
import { hint } from "./hints.js";

/**
 * Schemas of CSS values. They accept only plain values, because the theme is put into every page of the tenant
 * as CSS.
 */
const aColour = hint('write a colour in quotes, e.g. "#0b7a5a"');
const Colour = z
  .string(aColour)
  .regex(/^#[\da-f]{6}$/i, aColour)
  .transform((colour) => colour.toLowerCase());

const aLength = hint('write a length in px or rem, e.g. "0.5rem", or "0"');
const aFont = hint(
  'write names of fonts the pages have, e.g. "Inter, sans-serif": letters, digits, spaces, - and commas',
);

/** Minimum contrast between text and background according to WCAG 2.2 AA. */
const LEGIBLE = 4.5;

const aPair = hint('write a colour, e.g. "#0b7a5a", or one for each: { light: "#0b7a5a", dark: "#3ecf9b" }');
const Colours = z.union(
  [
    Colour.transform((colour) => ({ light: colour, dark: colour })),
    z.strictObject({ light: Colour, dark: Colour }),
  ],
  aPair,
);

/** Schema of a tenant's theme. It applies to pages that do not set a look themselves. */
export const ThemeSchema = z
  .strictObject({
    accent: Colours.optional(),
    /** Default: the element uses white or black, whichever has more contrast with the accent. */
    accentText: Colours.optional(),
    radius: z
      .string(aLength)
      .regex(/^(?:0|\d{1,2}(?:\.\d{1,3})?(?:px|rem))$/, aLength)
      .optional(),
    font: z
      .string(aFont)
      .regex(/^[\p{L}\d][\p{L}\d ,-]{0,127}$/u, aFont)
      .optional(),
  })
  .superRefine(({ accent, accentText }, context) => {
    if (accentText === undefined) return;
    const problem = (message: string) => context.addIssue({ code: "custom", path: ["accentText"], message });
    if (accent === undefined) {
      problem("is text on the accent: name that, too");
      return;
    }
    for (const scheme of ["light", "dark"] as const) {
      const found = contrast(accent[scheme], accentText[scheme]);
      if (found >= LEGIBLE) continue;
      problem(
        `${accentText[scheme]} on ${accent[scheme]} has a contrast of ${found.toFixed(1)}, too little for ` +
          `many readers: ${LEGIBLE} is the least (WCAG 2.2, 1.4.3). Leave it out, and white or black is chosen`,
      );
    }
  });

/** Theme in the form in which it is sent to the element. */
export interface ThemeValues {
  accent?: string;
  "accent-text"?: string;
  radius?: string;
  font?: string;
}

/** Converts a theme to CSS values. */
export function themeValues({ accent, accentText, radius, font }: Theme): ThemeValues {
  return {
    ...(accent && { accent: both(accent) }),
    ...(accentText && { "accent-text": both(accentText) }),
    ...(radius !== undefined && { radius }),
    ...(font !== undefined && { font: `1em/1.5 ${font}` }),
  };
}

const both = ({ light, dark }: { light: string; dark: string }): string =>
  light === dark ? light : `light-dark(${light},${dark})`;

/** Returns the contrast ratio according to WCAG 2.2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other].map(luminance).sort((first, second) => first - second);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A tenant's theme after parsing. */
export type Theme = z.infer<typeof ThemeSchema>;

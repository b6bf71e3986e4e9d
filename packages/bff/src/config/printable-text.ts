import { z } from "zod";

/**
 * Schema of a text from a token or from a host application: 1 to `most` characters, none of which is a control character, a line separator
 * or half of a character. PostgreSQL cannot store some of these, and terminals interpret others.
 */
export const printableText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, "has control characters");

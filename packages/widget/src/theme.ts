import type { SessionResponse } from "@uis-call/shared";

type Theme = NonNullable<SessionResponse["tenant"]["theme"]>;

/**
 * Returns the tenant's theme as a CSS rule. The page's custom properties take precedence over it. The values are safe,
 * because the backend has validated them.
 */
export const themeRules = (theme: Theme = {}): string =>
  `:host{${Object.entries(theme)
    .map(([name, value]) => `--_${name}:var(--uis-call-${name},${value})`)
    .join(";")}}`;

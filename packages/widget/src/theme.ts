import type { SessionResponse } from "@uis-call/shared";

type Theme = NonNullable<SessionResponse["tenant"]["theme"]>;

/** The tenant's theme as CSS defaults; the page's custom properties take precedence. The backend has validated the values. */
export const themeRules = (theme: Theme = {}): string =>
  `:host{${Object.entries(theme)
    .map(([name, value]) => `--_${name}:var(--uis-call-${name},${value})`)
    .join(";")}}`;

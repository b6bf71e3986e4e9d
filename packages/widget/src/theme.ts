import type { SessionResponse } from "@uis-call/shared";

type Theme = NonNullable<SessionResponse["tenant"]["theme"]>;

/** The tenant's look, where the page does not say another. The backend has checked the values. */
export const themeRules = (theme: Theme = {}): string =>
  `:host{${Object.entries(theme)
    .map(([name, value]) => `--_${name}:var(--uis-call-${name},${value})`)
    .join(";")}}`;

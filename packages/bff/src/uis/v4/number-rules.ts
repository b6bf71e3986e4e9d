/** How UIS chooses the virtual number that the contact sees. All but `fixed` need a component of the account. */
export const NUMBER_RULES = [
  "fixed",
  "fixed_for_numa",
  "random",
  "regional_random",
  "regional_fixed_for_numa",
] as const;

export type NumberRule = (typeof NUMBER_RULES)[number];

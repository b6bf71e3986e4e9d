/** Returns the value below which the given share of the values lies. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Summarises one figure of several runs: returns its median, minimum and maximum. */
export function spread(values) {
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Summarises each figure of one contender's runs. Returns, by the name of the figure, its median, minimum and maximum.
 */
export function spreads(runs) {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, spread(runs.map((run) => run[name]))]));
}

/** Returns the value below which the given share of the values lies. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Returns the median, the minimum and the maximum of one figure over all runs. */
export function spread(values) {
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** Returns the spread of each figure over the runs of one contender. */
export function spreads(runs) {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, spread(runs.map((run) => run[name]))]));
}

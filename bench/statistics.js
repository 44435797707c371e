/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * What the rounds of one scenario say. Each round measured all contenders one after the other, so its
 * ratio stands whatever the machine did; the figures are only there to see where the ratio comes from.
 */
export function summarize({ name, title, unit = 'ns', isMoreBetter = false }, rounds) {
  const ratios = rounds.map(({ ours, rival }) => (isMoreBetter ? ours / rival : rival / ours));
  return {
    name,
    title,
    unit,
    ours: median(rounds.map(({ ours }) => ours)),
    rival: median(rounds.map(({ rival }) => rival)),
    floor: median(rounds.map(({ floor }) => floor)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  };
}

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * What the rounds of a benchmark say, one result for each of its rows; one that has a single figure is a row
 * itself. Each round measured all sides one after the other, so its ratio stands whatever the machine did;
 * the figures are only there to see where the ratio comes from.
 */
export function summarize(benchmark, rounds) {
  return (benchmark.rows ?? [benchmark]).map((row) => summarizeRow(row, rounds));
}

function summarizeRow(row, rounds) {
  const { name, title, unit = 'ns', isMoreBetter = false, against = 'rival' } = row;
  const figures = (role) => rounds.map((round) => figureOf(row, round, role));
  const [ours, other, floor] = [figures('ours'), figures(against), figures('floor')];
  const ratio = (i) => (isMoreBetter ? ours[i] / other[i] : other[i] / ours[i]);
  const ratios = ours.map((_, i) => ratio(i));
  const result = {
    name,
    title,
    unit,
    against,
    ours: median(ours),
    rival: median(other),
    floor: median(floor),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    spread: { ours: meanAndDeviation(ours), rival: meanAndDeviation(other) },
  };
  if (against === 'rival') result.floorRatio = median(other.map((each, i) => each / floor[i]));
  // Small differences of large figures: one round's ratio says little, the medians' says more.
  if (row.beyond !== undefined) result.ratio.median = result.rival / result.ours;
  return result;
}

/** A side's figure in a round; or what it has beyond another's, but no less than can be told apart. */
function figureOf({ figure, beyond, resolution }, round, role) {
  const value = (of) => (figure === undefined ? round[of] : round[of][figure]);
  return beyond === undefined ? value(role) : Math.max(value(role) - value(beyond), resolution);
}

/** As the specification's benchmark page wants them reported. */
function meanAndDeviation(numbers) {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const squares = numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, numbers.length - 1)) };
}

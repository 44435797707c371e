/** The results as lines of text: one a row, numbers to the right. */
export function table(rival, results) {
  const head = ['scenario', 'unit', 'spantree', rival, 'ratio', '[min – max]', 'floor'];
  return align([head, ...results.map(row)], 2);
}

/** Rows of cells as lines; the first columns to the left, the others to the right. */
export function align(rows, left) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  '),
  );
}

/** A ratio in two or three digits. */
export function times(ratio) {
  return `${ratio.toFixed(ratio < 2 ? 2 : 1)}×`;
}

function row({ title, unit, ours, rival, ratio, floor }) {
  return [
    title,
    unit,
    figure(ours),
    figure(rival),
    times(ratio.median),
    `[${times(ratio.min)} – ${times(ratio.max)}]`.replaceAll('×', ''),
    figure(floor),
  ];
}

function figure(value) {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

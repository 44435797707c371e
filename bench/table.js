/** The results as lines of text: one a scenario, numbers to the right. */
export function table(rival, results) {
  const head = ['scenario', 'unit', 'spantree', rival, 'ratio', '[min – max]', 'floor'];
  const rows = [head, ...results.map(row)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  '),
  );
}

function row({ title, unit, ours, rival, ratio, floor }) {
  return [
    title,
    unit,
    figure(ours),
    figure(rival),
    `${ratio.median.toFixed(1)}×`,
    `[${ratio.min.toFixed(1)} – ${ratio.max.toFixed(1)}]`,
    figure(floor),
  ];
}

function figure(value) {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

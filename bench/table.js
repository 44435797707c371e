/** The results as lines of text: one a scenario, numbers to the right. */
export function table(rival, results) {
  const head = ['scenario', 'spantree ns', `${rival} ns`, 'ratio', '[min – max]', 'floor ns'];
  const rows = [head, ...results.map(row)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join('  '),
  );
}

function row({ title, ours, rival, ratio, floor }) {
  return [
    title,
    nanos(ours),
    nanos(rival),
    `${ratio.median.toFixed(1)}×`,
    `[${ratio.min.toFixed(1)} – ${ratio.max.toFixed(1)}]`,
    nanos(floor),
  ];
}

function nanos(value) {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

import { begin } from './cells.js';
import { drawAttributes, drawError, drawEvent, drawIds } from './note-row.js';
import type { More, Row } from './outline.js';
import * as paint from './paint.js';
import { describeMissing, type Sheet } from './sheet.js';
import type { MissingParent } from './span-node.js';
import { drawGroup, drawSpan } from './span-row.js';

/** Draws one row of the outline, as one or more lines. */
export function drawRow({ prefix, says }: Row, sheet: Sheet, out: string[]): void {
  switch (says.type) {
    case 'span':
      out.push(drawSpan(says, prefix, sheet));
      break;
    case 'group':
      out.push(drawGroup(says.nodes, prefix, sheet));
      break;
    case 'event':
    case 'exception':
      out.push(drawEvent(says, prefix, sheet));
      break;
    case 'error':
      drawError(says, prefix, sheet, out);
      break;
    case 'ids':
      out.push(drawIds(says.node, prefix, sheet));
      break;
    case 'attributes':
      drawAttributes(says.node, prefix, sheet, out);
      break;
    case 'missing':
      out.push(drawMissing(says.missing, prefix, sheet));
      break;
    case 'more':
      out.push(drawMore(says, prefix, sheet));
  }
}

function drawMissing(missing: MissingParent, prefix: string, sheet: Sheet): string {
  const text = `${sheet.page.glyphs.up} ${describeMissing(missing, sheet)}`;
  const style = missing.kind === 'local' ? paint.YELLOW : paint.DIM;
  return begin(' ', paint.PLAIN, prefix, sheet).add(text, style).toString();
}

function drawMore({ count, what }: More, prefix: string, sheet: Sheet): string {
  const text = `${sheet.page.glyphs.ellipsis} ${count} more ${what}${count === 1 ? '' : 's'}`;
  return begin(' ', paint.PLAIN, prefix, sheet).sign(text, paint.DIM).toString();
}

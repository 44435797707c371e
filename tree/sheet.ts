import type { Scale } from './bars.js';
import type { TraceModel } from './model.js';
import type { Page } from './page.js';
import { serviceColours, type Style } from './paint.js';
import type { MissingParent, SpanNode } from './span-node.js';
import { foreignIds } from './meaning.js';

/** One trace about to be drawn on a page: what all of its rows share. */
export interface Sheet {
  readonly page: Page;
  readonly trace: TraceModel;
  readonly colours: ReadonlyMap<string, Style>;
  readonly scale: Scale;
  /**
   * Whether spans of several services are here, so that a call without a server span is a finding; in
   * the view of a single service it is the rule.
   */
  readonly isJoined: boolean;
}

/** Prepares a trace for a page. */
export function newSheet(trace: TraceModel, page: Page): Sheet {
  return {
    page,
    trace,
    colours: serviceColours(trace.services),
    scale: { ...trace.axis, cells: page.barCells },
    isJoined: trace.services.length > 1,
  };
}

/** An id as it is shown in running text: whole on pages with ids, else its first eight digits. */
export function shortId(id: string, { page }: Sheet): string {
  const safe = page.clean(id);
  return page.ids || safe.length <= 8 ? safe : `${safe.slice(0, 8)}${page.glyphs.ellipsis}`;
}

/** Names a parent that was not received, and why it may be missing. */
export function describeMissing(missing: MissingParent, sheet: Sheet): string {
  const { page, isJoined } = sheet;
  const orphan = missing.orphans[0] as SpanNode;
  const foreign = foreignIds(orphan.span.attributes).spanId;
  const id = foreign === undefined ? shortId(missing.spanId, sheet) : page.clean(foreign);
  if (missing.kind === 'local') return `parent ${id} not received`;
  if (missing.kind === 'unknown') return `parent or caller ${id} not received`;
  const caller = missing.caller && page.clean(missing.caller);
  const absence = isJoined ? ', not received' : '';
  return `called from upstream span ${id} (${caller ?? 'remote caller'}${absence})`;
}

import { propagation } from '@opentelemetry/api';
import type { BaggageEntry, Context, TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { isSendableName, outgoingBaggage, withBaggage } from './baggage.js';
import { BaggageBudget } from './baggage-budget.js';
import { entriesOf } from './baggage-entries.js';
import { firstValue } from './header.js';
import { utf8Length } from './percent.js';

// Baggage with a header for each entry, `<prefix><name>: <value>`, as older formats have it.

/** Writes the entries whose names and values can be written; `encode` returns no text for others. */
export function injectBaggageHeaders(
  context: Context,
  carrier: unknown,
  setter: TextMapSetter,
  prefix: string,
  encode: (value: unknown) => string | undefined,
): void {
  const baggage = outgoingBaggage(context);
  if (baggage === undefined) return;
  const budget = new BaggageBudget();
  for (const [name, { value }] of entriesOf(baggage)) {
    const text = encode(value);
    if (text === undefined || !isSendableName(name)) continue;
    if (budget.takes(name.length + 1 + text.length)) setter.set(carrier, prefix + name, text);
  }
}

/** Adds the entries of all headers of that prefix, in any case, to what the context holds. */
export function extractBaggageHeaders(
  context: Context,
  carrier: unknown,
  getter: TextMapGetter,
  prefix: string,
  decode: (text: string) => string | undefined,
): Context {
  const start = prefix.toLowerCase();
  const budget = new BaggageBudget();
  const added: [string, BaggageEntry][] = [];
  for (const key of getter.keys(carrier)) {
    if (!key.toLowerCase().startsWith(start) || key.length === start.length) continue;
    const text = firstValue(getter.get(carrier, key));
    const value = text === undefined ? undefined : decode(text);
    if (value === undefined) continue;
    const name = key.slice(start.length);
    if (budget.takes(utf8Length(`${name}=${text}`))) added.push([name, { value }]);
  }
  if (added.length === 0) return context;
  const present = propagation.getBaggage(context)?.getAllEntries() ?? [];
  return withBaggage(
    context,
    propagation.createBaggage(Object.fromEntries([...present, ...added])),
  );
}

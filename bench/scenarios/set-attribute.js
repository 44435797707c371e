import { KEYS, PATHS } from './values.js';

/** A span with many attributes, set one by one: text and numbers by turns. */
export const setAttribute10 = setAttributes(10);
export const setAttribute32 = setAttributes(32);
/** As many as the default limit allows. */
export const setAttribute128 = setAttributes(128);

function setAttributes(attributes) {
  return {
    name: `set-attribute-${attributes}`,
    title: `span with ${attributes} setAttribute`,
    setUp({ tracer, api }) {
      const parent = api.ROOT_CONTEXT;
      return {
        run(count) {
          let span;
          for (let i = 0; i < count; i++) {
            span = tracer.startSpan('operation', undefined, parent);
            for (let k = 0; k < attributes; k++) {
              span.setAttribute(KEYS[k], k % 2 === 0 ? PATHS[(i + k) % PATHS.length] : i);
            }
            span.end();
          }
          return span;
        },
      };
    },
  };
}

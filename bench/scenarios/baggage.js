import { getter, readHeader, setter } from './carrier.js';
import { flat, PATHS } from './values.js';

/** Reads a `baggage` header of four members. */
export const baggageExtract = {
  name: 'baggage-extract',
  title: 'baggage extract, 4 members',
  setUp({ api, baggage }) {
    let carriers = [];
    return {
      prepare(count) {
        carriers = Array.from({ length: count }, (_, i) => ({
          baggage: flat(
            `userId=user-${i},tenant=acme%20corp,session=${encodeURIComponent(PATHS[i % PATHS.length])},region=eu-west-1`,
          ),
        }));
      },
      run(count) {
        let read = 0;
        for (let i = 0; i < count; i++) {
          const extracted = baggage.extract(api.ROOT_CONTEXT, carriers[i], getter);
          read += api.propagation.getBaggage(extracted).getAllEntries().length;
        }
        return read;
      },
    };
  },
};

/** Writes a `baggage` header of four members that has never been written before. */
export const baggageInject = {
  name: 'baggage-inject',
  title: 'baggage inject, 4 members',
  setUp({ api, baggage }) {
    let contexts = [];
    return {
      prepare(count) {
        contexts = Array.from({ length: count }, (_, i) =>
          api.propagation.setBaggage(
            api.ROOT_CONTEXT,
            api.propagation.createBaggage({
              userId: { value: flat(`user-${i}`) },
              tenant: { value: 'acme corp' },
              session: { value: PATHS[i % PATHS.length] },
              region: { value: 'eu-west-1' },
            }),
          ),
        );
      },
      run(count) {
        let read = 0;
        for (let i = 0; i < count; i++) {
          const carrier = {};
          baggage.inject(contexts[i], carrier, setter);
          read += readHeader(carrier.baggage);
        }
        return read;
      },
    };
  },
};

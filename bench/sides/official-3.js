import { officialSide } from './official.js';

/** The official SDK, 3.x line. */
export const side = officialSide({
  loadApi: () => import('../official-3/api.js'),
  loadPackages: () => import('../official-3/packages.js'),
  loadInstrumentations: () => import('../official-3/instrumentations.js'),
  providerOf: (sdk, exporter, resource) =>
    new sdk.TracerProvider({
      resource,
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
    }),
});

import { officialSide } from './official.js';

/** The official SDK, 2.x line. */
export const side = officialSide({
  loadApi: () => import('../official-2/api.js'),
  loadPackages: () => import('../official-2/packages.js'),
  loadInstrumentations: () => import('../official-2/instrumentations.js'),
  providerOf: (sdk, exporter, resource) =>
    new sdk.BasicTracerProvider({
      resource,
      spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
    }),
});

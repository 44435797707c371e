import type { ZipkinSpan } from '../../exporters/zipkin-span.js';
import { ZipkinExporter, type ZipkinExporterOptions } from '../../exporters/zipkin.js';
import type { CollectedRequest, Collector } from '../support/collector.js';
import { remoteExporting, SHORT_WAITS, type RemoteExporting } from '../support/remote-exporting.js';

export interface ZipkinExporting extends RemoteExporting<ZipkinExporter, ZipkinExporterOptions> {
  /** Where the collector takes the spans of Zipkin. */
  url: string;
}

/** A place for Zipkin spans, and exporters to it, for each test of the surrounding `describe`. */
export function zipkinExporting(): ZipkinExporting {
  const z = remoteExporting(
    (collector, options: ZipkinExporterOptions | undefined) =>
      new ZipkinExporter({ url: spansUrl(collector), ...SHORT_WAITS, ...options }),
    ({ requests }) => requests.flatMap(spansIn).map(({ id }) => id),
  ) as ZipkinExporting;
  beforeEach(() => {
    z.url = spansUrl(z.collector);
    z.collector.always({ status: 202 });
  });
  return z;
}

/** The spans of one request. */
export function spansIn({ body }: CollectedRequest): ZipkinSpan[] {
  return JSON.parse(body.toString('utf8')) as ZipkinSpan[];
}

function spansUrl({ url }: Collector): string {
  return url.replace('/v1/traces', '/api/v2/spans');
}

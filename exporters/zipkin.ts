import { processSettings } from '../lib/config.js';
import { exporterAttributes } from './otlp/exporter-attributes.js';
import { createHttpTransport } from './otlp/http-transport.js';
import { RemoteExporter } from './otlp/remote-exporter.js';
import { zipkinEncoding } from './zipkin-encoding.js';
import { resolveZipkinOptions, type ZipkinExporterOptions } from './zipkin-options.js';

export type { ZipkinExporterOptions } from './zipkin-options.js';

/**
 * Sends spans to Zipkin as v2 JSON (specification: Zipkin exporter, which is deprecated there in favour of
 * OTLP). Zipkin knows no links and no trace state: they are not sent. What its options do not say comes from
 * the environment (`OTEL_EXPORTER_ZIPKIN_*`), then from the defaults. The rest is as {@link RemoteExporter}
 * says.
 */
export class ZipkinExporter extends RemoteExporter {
  /** @throws TypeError with the value, when an option cannot be used */
  constructor(given: ZipkinExporterOptions = {}) {
    const options = resolveZipkinOptions({ ...processSettings().zipkin, ...given });
    const transport = createHttpTransport(options);
    const encoding = zipkinEncoding(given.serviceName);
    const component = exporterAttributes(options, 'zipkin_http_span_exporter');
    super({ name: 'zipkin', component, options, transport, encoding });
    if (given.selfObsMeterProvider) this.observeWith(given.selfObsMeterProvider);
  }
}

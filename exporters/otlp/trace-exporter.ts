import { withOtlpEnvironment } from '../../lib/node/otlp-options.js';
import { exporterAttributes } from './exporter-attributes.js';
import { createTransport } from './create-transport.js';
import { jsonEncoding } from './json.js';
import { resolveOptions, type OTLPTraceExporterOptions } from './options.js';
import { protobufEncoding } from './protobuf.js';
import { RemoteExporter } from './remote-exporter.js';

export { tracesUrl, type OTLPTraceExporterOptions } from './options.js';

/**
 * Sends spans to an OpenTelemetry backend over OTLP (specification: OTLP exporter), by HTTP or gRPC.
 * What its options do not say comes from the environment (`OTEL_EXPORTER_OTLP_*`), then from the defaults.
 *
 * What a backend takes only in part is reported and counts as success, as it must not be sent again.
 * Proxies that the environment names are used: by HTTP as `httpAgentOptions` says, by gRPC as its library
 * does, which knows the names in lower case alone. The rest is as {@link RemoteExporter} says.
 */
export class OTLPTraceExporter extends RemoteExporter {
  /**
   * @throws TypeError with the value, when an option cannot be used; Error when the protocol needs a
   *   package that is not installed
   */
  constructor(given: OTLPTraceExporterOptions = {}) {
    const options = resolveOptions(withOtlpEnvironment(given));
    const transport = createTransport(options);
    const encoding = options.protocol === 'http/json' ? jsonEncoding : protobufEncoding;
    const component = exporterAttributes(options);
    super({ name: 'otlp', component, options, transport, encoding });
    if (given.selfObsMeterProvider) this.observeWith(given.selfObsMeterProvider);
  }
}

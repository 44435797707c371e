/*
 * A process that ends by exit, and sends three spans to the URL of its first argument while it does, and as
 * many that were handed over before as its second says.
 */
import { ZipkinExporter } from '../../exporters/zipkin.js';
import { setErrorHandler } from '../../lib/diagnostics.js';
import { readableSpans } from '../support/readable-spans.js';

const exporter = new ZipkinExporter({ url: process.argv[2]! });
exporter.enqueue(readableSpans(Number(process.argv[3] ?? 0)));
setErrorHandler(({ code, message }) => console.log(`${code}: ${message}`));
process.on('exit', () => {
  exporter.exportSync(readableSpans(3), 1000);
  console.log(JSON.stringify(exporter.stats()));
});
process.exit(3);

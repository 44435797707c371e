/* A process that exports four spans and ends, in the way its first argument names. */
import { OTLPFileExporter } from '../../exporters/otlp-file.js';
import { readableSpans } from '../support/readable-spans.js';

const [how, path] = process.argv.slice(2);
const exporter = new OTLPFileExporter(path === undefined ? {} : { path });

if (how === 'by exit') {
  exporter.export(readableSpans(1), () => {});
  exporter.export(readableSpans(1), () => {});
  process.on('exit', () => exporter.exportSync(readableSpans(2), 1000));
  process.exit(3);
} else {
  exporter.export(readableSpans(4), () => {});
}

// Spans to real peers and back: `npm run interop`. See main.ts.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');

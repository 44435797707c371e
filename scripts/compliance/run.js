// docs/compliance.md from the titles of the specs: `npm run compliance`. See main.ts.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');

/** The semantic conventions whose names the detectors use (T-RES-07). */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0';

// The API as this folder installs it.
export * from '@opentelemetry/api';

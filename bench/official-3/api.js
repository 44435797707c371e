// The API as this folder's packages import it.
export * from '@opentelemetry/api';

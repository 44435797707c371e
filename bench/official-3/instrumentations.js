// What traces a Koa application, and what it calls, with the official SDK.
export { registerInstrumentations } from '@opentelemetry/instrumentation';
export { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
export { KoaInstrumentation } from '@opentelemetry/instrumentation-koa';

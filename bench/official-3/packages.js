// The official packages as this folder installs them; imported from here, so that this SDK gets this
// folder's copy of the API.
export * as api from '@opentelemetry/api';
export * as asyncHooks from '@opentelemetry/context-async-hooks';
export * as core from '@opentelemetry/core';
export * as sdk from '@opentelemetry/sdk-trace';
export * as protoExporter from '@opentelemetry/exporter-trace-otlp-proto';
export * as transformer from '@opentelemetry/otlp-transformer';
export * as resources from '@opentelemetry/resources';

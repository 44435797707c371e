/*
 * AWS X-Ray has a door of its own: the specification keeps formats of vendors out of the core. By name
 * (`xray`, `xray-lambda`) its propagators are there without it.
 */
export { AWSXRayIdGenerator } from './aws-xray-id-generator.js';
export { AWSXRayLambdaPropagator } from './aws-xray-lambda.js';
export type { AWSXRayLambdaPropagatorOptions } from './aws-xray-lambda.js';
export { AWSXRayPropagator } from './aws-xray.js';

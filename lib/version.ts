declare const __SPANTREE_VERSION__: string | undefined;

/** This package's version; put in by the build. */
export const VERSION: string =
  typeof __SPANTREE_VERSION__ === 'string' ? __SPANTREE_VERSION__ : '0.0.0-source';

/** The `telemetry.sdk.*` resource attributes that name this SDK. */
export const SDK_INFO: Readonly<Record<string, string>> = Object.freeze({
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'spantree',
  'telemetry.sdk.version': VERSION,
});

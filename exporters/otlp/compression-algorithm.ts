/** The values of the option `compression`, under the official SDK's name for them. */
export const CompressionAlgorithm = { NONE: 'none', GZIP: 'gzip' } as const;
export type CompressionAlgorithm = (typeof CompressionAlgorithm)[keyof typeof CompressionAlgorithm];

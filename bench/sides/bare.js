/** An app, and nothing that traces it. */
export const side = {
  loadApi: () => Promise.resolve(),
  begin: () => Promise.resolve({}),
};

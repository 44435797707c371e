import { once } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Starts a server on a free port of loopback and gives its port. */
export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** One request on a connection of its own; gives status, headers and text of the answer. */
export async function fetchText(port, path, options = {}) {
  // Required at the call, as CommonJS programs do it: instrumentations replace what `require` gives.
  const sent = require('node:http').request({
    host: '127.0.0.1',
    port,
    path,
    agent: false,
    ...options,
  });
  sent.end(options.body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** Closes a server and the connections that clients keep open. */
export async function close(server) {
  server.closeAllConnections?.();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

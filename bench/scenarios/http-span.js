import { PATHS } from './values.js';

const OPTIONS_KIND_SERVER = 1;
const STATUS_OK = { code: 1 };

/** What a server instrumentation does for a request: seven attributes at start, three later. */
export const httpSpan = {
  name: 'http-span',
  title: 'HTTP-like span, 10 attributes',
  setUp({ tracer, api }) {
    const parent = api.ROOT_CONTEXT;
    return {
      run(count) {
        let span;
        for (let i = 0; i < count; i++) {
          span = tracer.startSpan('GET', requestOptions(i), parent);
          span.setAttribute('http.route', '/orders/:id');
          span.setAttribute('http.response.status_code', 200);
          span.setAttribute('http.response.body.size', 1000 + i);
          span.setStatus(STATUS_OK);
          span.end();
        }
        return span;
      },
    };
  },
};

function requestOptions(i) {
  return {
    kind: OPTIONS_KIND_SERVER,
    attributes: {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': PATHS[i % PATHS.length],
      'server.address': 'shop.example.com',
      'server.port': 8080,
      'network.peer.port': 40000 + (i % 20000),
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0',
    },
  };
}

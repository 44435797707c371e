// The service that is called: nobody traces it.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const body = JSON.stringify({ path: request.url, left: 7 });
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    .end(body);
});
// Between two measurements of a side is longer than the default of five seconds; a connection that is closed
// just as it is used again is an error.
server.keepAliveTimeout = 600_000;
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

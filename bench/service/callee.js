// The service that is called: nobody traces it.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const body = JSON.stringify({ path: request.url, left: 7 });
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    .end(body);
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

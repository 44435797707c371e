// A load generator: HTTP/1.1 written and read by hand, so that it takes little itself. It answers
// { port, path, millis, connections } with as many requests as the service takes, and { perSecond } beside
// them with so many, whether or not the service is through with those before.
import { connect } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

process.on('message', (question) => {
  run(question).then(
    (figures) => process.send(figures),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send({});

async function run({ port, path, millis, connections, perSecond }) {
  const clients = await Promise.all(Array.from({ length: connections }, () => open(port)));
  try {
    const latencies = [];
    let count = 0;
    const one = async (client) => {
      const sent = performance.now();
      await client.get(path.replace('ID', String(count++)));
      latencies.push((performance.now() - sent) * 1000);
    };
    const until = performance.now() + millis;
    if (perSecond === undefined)
      await Promise.all(clients.map((each) => saturate(each, until, one)));
    else await pace(clients, millis, perSecond, one);
    latencies.sort((a, b) => a - b);
    const at = (share) =>
      latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
    return { requests: count, p50: at(0.5), p99: at(0.99) };
  } finally {
    for (const { close } of clients) close();
  }
}

async function saturate(client, until, one) {
  do await one(client);
  while (performance.now() < until);
}

/** Each request begins when it is due, on a connection that is free. */
async function pace(clients, millis, perSecond, one) {
  const free = [...clients];
  const open = new Set();
  const begun = performance.now();
  const most = Math.max(1, Math.round((millis * perSecond) / 1000));
  for (let sent = 0; sent < most;) {
    const due = Math.min(most, Math.ceil(((performance.now() - begun) * perSecond) / 1000));
    for (; sent < due && free.length > 0; sent++) {
      const client = free.pop();
      const request = one(client).finally(() => {
        free.push(client);
        open.delete(request);
      });
      open.add(request);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
}

/** A connection that is kept, with one request at a time on it. */
function open(port) {
  let waiting;
  let received = '';
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('latin1');
  socket.on('data', (text) => {
    received += text;
    const head = received.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
    if (received.length < head + END_OF_HEAD.length + Number(length ?? Number.NaN)) return;
    const { resolve, reject } = waiting;
    if (length !== undefined && received.startsWith('HTTP/1.1 200')) resolve();
    else reject(new Error(`the service said ${received.slice(0, 200)}`));
    received = '';
  });
  const fail = (error) => waiting?.reject(error ?? new Error('the service hung up'));
  socket.on('error', fail);
  socket.on('close', () => fail());
  const get = (path) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: application/json\r\nuser-agent: bench/1.0\r\n\r\n`,
      );
    });
  return new Promise((resolve, reject) => {
    waiting = { reject };
    socket.once('connect', () => resolve({ get, close: () => socket.destroy() }));
  });
}

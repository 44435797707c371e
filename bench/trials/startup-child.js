// Loads and starts one side, and prints how long that took, in milliseconds.
const [name, source] = process.argv.slice(2);
const { side } = await import(`../sides/${name}.js`);

const api = await timed(() => side.loadApi());
// Nobody listens there; nothing is sent either.
const begin = () =>
  side.begin({ url: 'http://127.0.0.1:4318/v1/traces', source: source === 'true' });
const begun = await timed(begin);
console.log(JSON.stringify({ api: api.wall, ...begun }));
process.exit();

async function timed(act) {
  const { user, system } = process.cpuUsage();
  const wall = performance.now();
  await act();
  const after = process.cpuUsage();
  return {
    wall: performance.now() - wall,
    cpu: (after.user + after.system - user - system) / 1000,
  };
}

// Redis: commands, a pipeline, a transaction and an error.
export function instrumentations({ load }) {
  const { IORedisInstrumentation } = load('@opentelemetry/instrumentation-ioredis');
  return [new IORedisInstrumentation({ requireParentSpan: false })];
}

export async function run({ tracer, load, ports, side }) {
  const { Redis } = load('ioredis');
  // Both sides run at the same time.
  const db = side === 'official' ? 1 : 2;
  const redis = new Redis({ host: '127.0.0.1', port: ports.redis, db, connectTimeout: 10_000 });
  const key = 'things';
  const answers = [];
  await tracer.startActiveSpan('client', async (span) => {
    answers.push(await redis.set(key, '1'), await redis.incr(key));
    await redis.hset(key, 'field', 'value').catch((error) => answers.push(error.message));
    const piped = await redis.pipeline().get(key).expire(key, 60).exec();
    answers.push(piped.map(([, value]) => value));
    const changed = await redis.multi().incr(key).del(key).exec();
    answers.push(changed.map(([, value]) => value));
    span.end();
  });
  await redis.quit();
  return { answers };
}

// PostgreSQL: a client and a pool, parameters, prepared statements, a transaction and an error.
export function instrumentations({ load }) {
  const { PgInstrumentation } = load('@opentelemetry/instrumentation-pg');
  return [
    new PgInstrumentation({
      enhancedDatabaseReporting: true,
      addSqlCommenterCommentToQueries: true,
    }),
  ];
}

export async function run({ tracer, load, ports }) {
  const { Client, Pool } = load('pg');
  const settings = {
    host: '127.0.0.1',
    port: ports.postgresql,
    user: 'spantree',
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  };
  const rows = [];
  await tracer.startActiveSpan('client', async (span) => {
    const client = new Client(settings);
    await client.connect();
    await client.query('CREATE TEMP TABLE things (id int, name text)');
    await client.query('INSERT INTO things VALUES ($1, $2), (2, NULL)', [1, 'one']);
    const prepared = { name: 'by-id', text: 'SELECT name FROM things WHERE id = $1', values: [1] };
    rows.push((await client.query(prepared)).rows);
    await client.query('SELECT * FROM nothing_here').catch((error) => span.recordException(error));
    const asked = await client.query(
      'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()',
    );
    rows.push(
      asked.rows.map(({ query }) =>
        decodeURIComponent(/\/\*.*\*\//.exec(query)?.[0] ?? 'no comment'),
      ),
    );
    await client.end();
    span.end();
  });
  await tracer.startActiveSpan('pool', async (span) => {
    const pool = new Pool({ ...settings, max: 2 });
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => pool.query('SELECT $1::int AS n', [n])),
    );
    rows.push(answers.map((answer) => answer.rows[0].n));
    const client = await pool.connect();
    await client.query('BEGIN');
    await new Promise((resolve) => {
      client.query('SELECT 1 AS one', (error, answer) => {
        tracer.startSpan('in the callback').end();
        rows.push(answer.rows);
        resolve();
      });
    });
    await client.query('ROLLBACK');
    client.release();
    await pool.end();
    span.end();
  });
  return { rows };
}

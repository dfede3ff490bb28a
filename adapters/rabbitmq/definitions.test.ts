import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { contractTopology } from '../contracts/broker.ts';
import { deadLetterQueue, partitionQueue, retryName } from '../../core/engine/topology.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { openRabbit } from './broker.ts';
import { DEVELOPMENT_LOGIN, definitionsMatch, definitionsOf, writeDefinitions } from './definitions.ts';
import { vhostOf, withTestVhost } from './testing.ts';

const run = promisify(execFile);
const topology = contractTopology();

await t.test('every queue is a quorum queue whose delivery limit is never reached', (t) => {
  for (const queue of definitionsOf(topology).queues) {
    t.match(queue, { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 } });
  }
  t.end();
});

await t.test('partitions have a single active consumer, retries return through the default exchange', (t) => {
  const queues = new Map(definitionsOf(topology).queues.map((queue) => [queue.name, queue.arguments]));
  t.equal(queues.get(partitionQueue('orders', 3))?.['x-single-active-consumer'], true);
  t.equal(queues.get('payments')?.['x-single-active-consumer'], undefined);
  t.equal(queues.get(deadLetterQueue('orders'))?.['x-dead-letter-exchange'], undefined);
  t.match(queues.get(retryName(240)), {
    'x-message-ttl': 240,
    'x-dead-letter-exchange': '',
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  });
  t.notOk(Object.hasOwn(queues.get(retryName(240)) ?? {}, 'x-dead-letter-routing-key'));
  t.end();
});

await t.test('the login is stored as RabbitMQ hashes passwords', (t) => {
  const { users, permissions } = definitionsOf(topology, '/', { name: 'someone', password: 'secret' });
  t.equal(users[0]?.password_hash, 'KlnVnjIxIPLIvMw5AjnFLqm1kEtxYD3qvLNu0+8OWph8UhAb');
  t.match(permissions, [{ user: 'someone', vhost: '/' }]);
  t.same(definitionsOf(topology).users, []);
  t.end();
});

await t.test('a written file matches its topology and no other', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-definitions-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'definitions.json');
  await writeDefinitions(path, topology);
  t.equal(await definitionsMatch(path, topology), true);
  t.equal(await definitionsMatch(path, { ...topology, bindings: topology.bindings.slice(1) }), false);
  t.equal(DEVELOPMENT_LOGIN.name, 'orrery');
});

await t.test('a broker that loaded the definitions and the services agree', async (t) => {
  await withTestVhost(
    t,
    async (url) => {
      const vhost = vhostOf(url);
      const known = await run('rabbitmqctl', ['-q', 'list_vhosts']).catch(() => ({ stdout: '' }));
      if (vhost === '/' || !known.stdout.split('\n').includes(vhost)) {
        t.skip('rabbitmqctl does not reach a virtual host of the test', () => undefined);
        return;
      }
      const folder = await mkdtemp(join(tmpdir(), 'orrery-definitions-'));
      t.teardown(() => rm(folder, { recursive: true }));
      // rabbitmqctl reads it as the broker's user.
      await chmod(folder, 0o755);
      const path = join(folder, 'definitions.json');
      await writeFile(path, JSON.stringify(definitionsOf(topology, vhost)));
      await run('rabbitmqctl', ['-q', 'import_definitions', path]);
      // Declaring the same again with other arguments would be refused.
      const broker = await openRabbit(url, { topology, clientName: 'definitions', logger: silentLogger });
      t.equal(await broker.depth(partitionQueue('orders', 0)), 0);
      await broker.close();
    },
    topology,
  );
});

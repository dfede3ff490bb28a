import t from 'tap';
import { onServices, worldTests } from './engine-stacks.ts';
import { engineUpgradeContract } from './engine-upgrades.ts';

t.setTimeout(300_000);

t.test('two builds on RabbitMQ and Postgres', (t) => engineUpgradeContract(worldTests(t, onServices)));

import t from 'tap';
import { engineContract } from './engine.ts';
import { onServices, worldTests } from './engine-stacks.ts';

t.setTimeout(300_000);

t.test('the engine on RabbitMQ and Postgres', (t) => engineContract(worldTests(t, onServices)));

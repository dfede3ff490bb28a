import t from 'tap';
import { engineOwningContract } from './engine-owning.ts';
import { onServices, worldTests } from './engine-stacks.ts';

t.setTimeout(300_000);

t.test('owning, sending and waking on RabbitMQ and Postgres', (t) =>
  engineOwningContract(worldTests(t, onServices)),
);

import t from 'tap';
import { definitionsMatch } from '../../rabbitmq/definitions.ts';
import { loadSettings } from '../settings.ts';
import { platformTopology } from '../topology.ts';

t.test('rabbitmq/definitions.json is what the services declare', async (t) => {
  const { partitions } = loadSettings({});
  t.ok(
    await definitionsMatch('rabbitmq/definitions.json', platformTopology(partitions)),
    'else run: npm run rabbitmq:definitions',
  );
});

import t from 'tap';
import { engineOwningContract } from './engine-owning.ts';
import { onEmbedded, worldTests } from './engine-stacks.ts';

t.setTimeout(300_000);

t.test('owning, sending and waking on the embedded stack', (t) =>
  engineOwningContract(worldTests(t, onEmbedded)),
);

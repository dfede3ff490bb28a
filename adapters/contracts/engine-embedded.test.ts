import t from 'tap';
import { engineContract } from './engine.ts';
import { onEmbedded, worldTests } from './engine-stacks.ts';

t.setTimeout(300_000);

t.test('the engine on the embedded stack', (t) => engineContract(worldTests(t, onEmbedded)));

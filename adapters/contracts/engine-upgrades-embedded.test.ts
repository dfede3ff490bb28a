import t from 'tap';
import { onEmbedded, worldTests } from './engine-stacks.ts';
import { engineUpgradeContract } from './engine-upgrades.ts';

t.setTimeout(300_000);

t.test('two builds on the embedded stack', (t) => engineUpgradeContract(worldTests(t, onEmbedded)));

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readOptions, runDrill, type NumberOption, type Verdicts } from './run.ts';

/** What a drill measured, and whether that is good enough. */
export interface Measured {
  readonly verdicts: Verdicts;
  /** Everything worth keeping, for `--json FILE`. */
  readonly figures: object;
}

/** Runs a drill that measures, as a program. Its options are numbers, and `--json FILE`. */
export function runMeasuring<Numbers extends string>(
  name: string,
  options: Readonly<Record<Numbers, NumberOption>>,
  drill: (numbers: Readonly<Record<Numbers, number>>) => Promise<Measured>,
): Promise<void> {
  return runDrill(async (given) => {
    const { numbers, texts } = readOptions(given, { numbers: options, texts: ['json'] });
    const { verdicts, figures } = await drill(numbers);
    console.log(verdicts.sum());
    if (texts.json !== undefined) {
      const { passed, failed } = verdicts;
      mkdirSync(dirname(texts.json), { recursive: true });
      const kept = {
        drill: name,
        at: new Date().toISOString(),
        options: numbers,
        ...figures,
        passed,
        failed,
      };
      writeFileSync(texts.json, `${JSON.stringify(kept, null, 2)}\n`);
    }
    return verdicts.failed.length === 0;
  });
}

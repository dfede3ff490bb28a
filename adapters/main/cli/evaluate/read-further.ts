import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { BadInput } from '../../../../core/models/evaluation/bad-input.ts';
import type { Evaluation, FurtherTables } from '../../../../core/models/evaluation/evaluation.ts';
import { tableOf, type Table } from '../../../../core/models/evaluation/table.ts';
import { readTable } from './read-table.ts';

/** Spans as the Numenta benchmark writes them: `[[start, end], …]`, or those of many files by their path. */
const spans = z.array(z.tuple([z.string(), z.string()]));
const spansByFile = z.record(z.string(), spans);

/**
 * Reads the files that an evaluation's options name. Rejects with BadInput that names the option, and the line where
 * there is one.
 */
export async function readFurther(
  evaluation: Evaluation,
  options: object,
  input: string,
): Promise<FurtherTables> {
  const tables = new Map<string, Table>();
  for (const name of evaluation.files ?? []) {
    const path: unknown = Object.entries(options).find(([option]) => option === name)?.[1];
    if (typeof path !== 'string') continue;
    const option = `--${name}`;
    tables.set(
      name,
      path.endsWith('.json') ? await readSpans(path, option, input) : await readTable(path, option),
    );
  }
  return tables;
}

/** Spans as a table of `start,end`, and `series` where the file holds several and none of them is the input's. */
async function readSpans(path: string, option: string, input: string): Promise<Table> {
  if (!existsSync(path)) throw new BadInput(`${option}: there is no file ${path}`);
  const content = jsonOf(await readFile(path, 'utf8'), path, option);
  const list = spans.safeParse(content);
  if (list.success) return tableOf(['start', 'end'], list.data);
  const byFile = spansByFile.safeParse(content);
  if (!byFile.success) {
    throw new BadInput(`${option}: ${path} is neither [["start", "end"], …] nor an object of such lists`);
  }
  const files = Object.entries(byFile.data);
  const own = files.length === 1 ? files[0] : files.find(([file]) => basename(file) === basename(input));
  if (own !== undefined) return tableOf(['start', 'end'], own[1]);
  return tableOf(
    ['series', 'start', 'end'],
    files.flatMap(([file, each]) => each.map(([start, end]) => [file, start, end])),
  );
}

function jsonOf(text: string, path: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${option}: ${path} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

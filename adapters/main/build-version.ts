import { existsSync, readFileSync } from 'node:fs';
import { OrreryError } from '../../core/kernel/errors.ts';

/** Of the package that this was built from: the next package.json upwards says it. */
export function buildVersion(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder);
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    if (folder.pathname === '/')
      throw new OrreryError('no_version', 'there is no package.json above the build');
  }
}

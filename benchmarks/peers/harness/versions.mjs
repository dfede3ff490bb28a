// @ts-check
import { createRequire } from 'node:module';

/**
 * The installed version of a package.
 * @param {string} name
 * @returns {string}
 */
export function versionOf(name) {
  const manifest = createRequire(import.meta.url).resolve.paths(name)?.map((folder) => `${folder}/${name}/package.json`);
  for (const file of manifest ?? []) {
    try {
      return createRequire(import.meta.url)(file).version;
    } catch {
      // Not in this folder; the next one up.
    }
  }
  return 'unknown';
}

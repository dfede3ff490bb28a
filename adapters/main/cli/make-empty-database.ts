import { makeEmptyDatabase } from '../../embedded/empty-database.ts';
import { EMPTY_DATABASE } from '../data-folder.ts';

/** Part of the build: what a first start of the embedded stack begins with. */
await makeEmptyDatabase(EMPTY_DATABASE);

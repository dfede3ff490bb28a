import { EMPTY_DATABASE, makeEmptyDatabase } from '../../embedded/empty-database.ts';

/** Part of the build: what a first start of the embedded stack begins with. */
await makeEmptyDatabase(EMPTY_DATABASE);

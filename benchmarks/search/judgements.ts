/**
 * Writes the labelled queries over the demo shop as a file for the evaluation of the search.
 *
 *   node dist/benchmarks/search/judgements.js > judgements.csv
 *   npm run evaluate -- search --input judgements.csv
 *
 * Every product stands in the file, so that the whole catalogue is ranked: those without a label have relevance 0 for
 * the first query.
 */
import process from 'node:process';
import { DEMO_PRODUCTS } from '../../core/services/catalog/demo.ts';
import { LABELLED_QUERIES } from './labelled-queries.ts';

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const lines = LABELLED_QUERIES.flatMap(({ query, relevance }, at) =>
  DEMO_PRODUCTS.filter(({ name }) => at === 0 || relevance.has(name)).map(({ sku, name, description }) =>
    [query, sku, name, description, String(relevance.get(name) ?? 0)].map(cell).join(','),
  ),
);
process.stdout.write(`query,product_id,title,description,relevance\n${lines.join('\n')}\n`);

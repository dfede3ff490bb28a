/**
 * Writes the labelled queries over the demo shop as a file for the evaluation of the search.
 *
 *   node dist/benchmarks/search/judgements.js > judgements.csv
 *   npm run evaluate -- search --input judgements.csv
 *
 * Every product stands in the file, so that the whole catalogue is ranked: those without a label have relevance 0 for
 * the first query. Stock is that of a new demo shop; in how many orders a product was is made up, without regard to labels.
 */
import process from 'node:process';
import { streamOf } from '../../core/kernel/seeded-random.ts';
import { DEMO_CATEGORIES, DEMO_PRODUCTS, demoStock } from '../../core/services/catalog/demo.ts';
import { LABELLED_QUERIES } from './labelled-queries.ts';

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const nameOf = new Map(DEMO_CATEGORIES.map(({ id, name }) => [id, name]));
const unitsOf = new Map(
  demoStock(['all']).map(({ sku, warehouses }) => [sku, warehouses[0]?.onHand ?? 0] as const),
);
const random = streamOf(1, 'search/orders');
/** A few sell often, most seldom (Zipf). */
const ordersOf = new Map(DEMO_PRODUCTS.map(({ sku }) => [sku, Math.floor(20 / (random() * 20 + 0.05))]));

const lines = LABELLED_QUERIES.flatMap(({ query, relevance }, at) =>
  DEMO_PRODUCTS.filter(({ name }) => at === 0 || relevance.has(name)).map(
    ({ sku, name, description, category, priceCents }) =>
      [
        query,
        sku,
        name,
        description,
        String(relevance.get(name) ?? 0),
        String(priceCents),
        category,
        nameOf.get(category) ?? category,
        String(unitsOf.get(sku) ?? 0),
        String(ordersOf.get(sku) ?? 0),
      ]
        .map(cell)
        .join(','),
  ),
);
process.stdout.write(
  `query,product_id,title,description,relevance,price_cents,category,category_name,stock,orders\n${lines.join('\n')}\n`,
);

/**
 * Turns the "Online Retail" data of the UCI Machine Learning Repository (Chen, Sain and Guo 2012; CC BY 4.0) into the inputs of
 * `npm run evaluate`. The file is fetched by oneself and not part of this repository.
 *
 *   node dist/benchmarks/data/online-retail.js online_retail.csv[.gz] OUT_FOLDER
 *
 * Writes
 *   forecast-total.csv     series,time,value: revenue a day, in pounds
 *   forecast-products.csv  series,time,value: units a day of the 200 products that sold on most days
 *   baskets.csv            user,basket,time,item: invoices of known customers
 *   churn.csv              customer,time,amount: an invoice's total; cancellations as negative amounts
 *   elasticity.csv         series,time,units,price: days on which one of the 200 was sold, at its mean price
 *
 * Cancellations (numbers that start with C) and what is no product (postage, fees, samples, corrections) are left out of
 * demand; negative quantities are corrections of stock and never sales.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

const PRODUCTS = 200;
/** Product codes are five digits, some with letters behind; POST, D, M, BANK CHARGES and the like are none. */
const PRODUCT_CODE = /^\d{5}[A-Z]*$/i;
const PENCE = 100;
const PRICE_DIGITS = 4;

interface Line {
  readonly InvoiceNo: string;
  readonly StockCode: string;
  readonly Quantity: string;
  readonly InvoiceDate: string;
  readonly UnitPrice: string;
  readonly CustomerID: string;
}

interface Sale {
  readonly invoice: string;
  readonly product: string;
  readonly quantity: number;
  /** `2010-12-01 08:26:00`. */
  readonly time: string;
  readonly price: number;
  /** '' where not known. */
  readonly customer: string;
}

async function salesOf(path: string): Promise<Sale[]> {
  const bytes = createReadStream(path);
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true });
  (path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes).pipe(parser);
  const sales: Sale[] = [];
  for await (const line of parser as AsyncIterable<Line>) {
    const price = Number(line.UnitPrice);
    if (!PRODUCT_CODE.test(line.StockCode) || price <= 0) continue;
    sales.push({
      invoice: line.InvoiceNo,
      product: line.StockCode.toUpperCase(),
      quantity: Number(line.Quantity),
      time: line.InvoiceDate,
      price,
      customer: line.CustomerID.replace(/\.0$/, ''),
    });
  }
  return sales;
}

const dayOf = ({ time }: Sale): string => time.slice(0, '2010-12-01'.length);

async function write(path: string, header: string, rows: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  let count = 0;
  for (const row of rows) {
    file.write(`${row}\n`);
    count += 1;
  }
  file.end();
  await finished(file);
  process.stdout.write(`${path}: ${count} rows\n`);
}

/** Sums by key, in the order of the keys. */
function summed(rows: Iterable<readonly [string, number]>): [string, number][] {
  const sums = new Map<string, number>();
  for (const [key, value] of rows) sums.set(key, (sums.get(key) ?? 0) + value);
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
}

function inPounds(value: number): string {
  return String(Math.round(value * PENCE) / PENCE);
}

/** The products that sold on most days; of equals the first by code. */
function steadyProducts(sold: readonly Sale[]): Set<string> {
  const days = new Map<string, Set<string>>();
  for (const sale of sold) {
    const seen = days.get(sale.product) ?? new Set();
    days.set(sale.product, seen.add(dayOf(sale)));
  }
  const ranked = [...days].sort(
    ([one, some], [other, more]) => more.size - some.size || (one < other ? -1 : 1),
  );
  return new Set(ranked.slice(0, PRODUCTS).map(([product]) => product));
}

const [input, folder] = process.argv.slice(2);
if (input === undefined || folder === undefined) {
  process.stderr.write('node dist/benchmarks/data/online-retail.js FILE.csv[.gz] OUT_FOLDER\n');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const sales = await salesOf(input);
const sold = sales.filter(({ invoice, quantity }) => !invoice.startsWith('C') && quantity > 0);
const steady = steadyProducts(sold);
const daily = sold.filter(({ product }) => steady.has(product));

await write(
  join(folder, 'forecast-total.csv'),
  'series,time,value',
  summed(sold.map((sale) => [dayOf(sale), sale.quantity * sale.price])).map(
    ([day, value]) => `revenue,${day},${inPounds(value)}`,
  ),
);
await write(
  join(folder, 'forecast-products.csv'),
  'series,time,value',
  summed(daily.map((sale) => [`${sale.product},${dayOf(sale)}`, sale.quantity])).map(
    ([key, units]) => `${key},${units}`,
  ),
);
await write(
  join(folder, 'baskets.csv'),
  'user,basket,time,item',
  new Set(
    sold
      .filter(({ customer }) => customer !== '')
      .map(({ customer, invoice, time, product }) => `${customer},${invoice},${time},${product}`),
  ),
);
const invoices = sales.filter(
  ({ customer, quantity, invoice }) => customer !== '' && (quantity > 0 || invoice.startsWith('C')),
);
await write(
  join(folder, 'churn.csv'),
  'customer,time,amount',
  summed(
    invoices.map(({ customer, invoice, time, quantity, price }) => [
      `${customer},${time},${invoice}`,
      quantity * price,
    ]),
  ).map(([key, amount]) => `${key.slice(0, key.lastIndexOf(','))},${inPounds(amount)}`),
);
const units = new Map(summed(daily.map((sale) => [`${sale.product},${dayOf(sale)}`, sale.quantity])));
await write(
  join(folder, 'elasticity.csv'),
  'series,time,units,price',
  summed(daily.map((sale) => [`${sale.product},${dayOf(sale)}`, sale.quantity * sale.price])).map(
    ([key, revenue]) => {
      const quantity = units.get(key) ?? 1;
      return `${key},${quantity},${(revenue / quantity).toFixed(PRICE_DIGITS)}`;
    },
  ),
);

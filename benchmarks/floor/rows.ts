import { uuidv7 } from 'uuidv7';
import type { Database } from '../../adapters/postgres/database.ts';
import { BenchInvalid } from '../harness/bench.ts';
import { parametersOf, type PreparedRows, prepareRound } from './prepare.ts';
import { quoted } from './recording.ts';
import { type Part, SentRows, SharedRows } from './rotation.ts';
import type { Sample } from './sample.ts';
import { FIRST_PARAMETER, statementOf } from './statement.ts';

/**
 * Owns: writing what a sample of orders wrote, again and again, for orders of new ids, by nothing but statements.
 *
 * Two lanes with a connection each write a batch of orders after the other. The first statement of a batch inserts all
 * that was new of its orders, outbox rows included; each further one makes the next change of every row that changed,
 * and the second removes the outbox rows. What orders share (stock) goes along, as many rows as the sample had per
 * order. Each statement is a durable transaction of its own.
 */
export interface RowsFloor {
  readonly ordersPerSecond: number;
  /** Inserted, changed and removed, all tables. */
  readonly rowsPerOrder: number;
  /** Transactions are statements here. */
  readonly ordersPerTransaction: number;
}

const BATCH_ORDERS = 200;
const LANES = 2;
const WARM_UP_MS = 2_000;

/** Writes for `forMs` after a warm-up. Throws BenchInvalid when the tables do not hold afterwards what was written. */
export async function measureRows(sample: Sample, forMs: number): Promise<RowsFloor> {
  const batches = prepareBatches(sample);
  const statements = new Statements();
  const lanes = Array.from({ length: LANES }, (_, lane) => new Lane(sample, statements, lane));
  let next = 0;
  const write = async (lane: Lane, untilMs: number): Promise<number> => {
    let orders = 0;
    while (performance.now() < untilMs) {
      const batch = batches[next % batches.length];
      if (batch === undefined) throw new Error('a sample has at least one batch');
      next += 1;
      orders += await lane.write(batch);
    }
    return orders;
  };
  const writeAll = async (milliseconds: number): Promise<Written> => {
    const before = written(lanes);
    const startedAt = performance.now();
    const orders = await Promise.all(lanes.map((lane) => write(lane, startedAt + milliseconds)));
    const seconds = (performance.now() - startedAt) / 1_000;
    const after = written(lanes);
    return {
      orders: orders.reduce((sum, each) => sum + each, 0),
      seconds,
      rows: after.rows - before.rows,
      transactions: after.transactions - before.transactions,
    };
  };
  await writeAll(WARM_UP_MS);
  await sample.database.exec(`analyze ${sample.tables.map(({ name }) => quoted(name)).join(', ')}`);
  const { orders, seconds, rows, transactions } = await writeAll(forMs);
  await checkRows(sample, lanes);
  return {
    ordersPerSecond: orders / seconds,
    rowsPerOrder: rows / orders,
    ordersPerTransaction: orders / transactions,
  };
}

interface Written {
  readonly orders: number;
  readonly seconds: number;
  readonly rows: number;
  readonly transactions: number;
}

function written(lanes: readonly Lane[]): Pick<Written, 'rows' | 'transactions'> {
  return {
    rows: lanes.reduce((sum, lane) => sum + lane.rows, 0),
    transactions: lanes.reduce((sum, lane) => sum + lane.transactions, 0),
  };
}

/** Statement by statement what it writes of its orders. */
type Batch = readonly (readonly PreparedRows[])[];

function prepareBatches({ orders, tables }: Sample): readonly Batch[] {
  const ids = [...orders.keys()].toSorted();
  const batches: Batch[] = [];
  for (let start = 0; start + BATCH_ORDERS <= ids.length; start += BATCH_ORDERS) {
    const batch = ids.slice(start, start + BATCH_ORDERS);
    const rounds = Math.max(...batch.map((id) => orders.get(id)?.length ?? 0));
    batches.push(
      Array.from({ length: rounds }, (_, round) =>
        prepareRound(
          batch.map((orderId) => ({ orderId, round: orders.get(orderId)?.[round] })),
          tables,
        ),
      ),
    );
  }
  return batches;
}

/** Names of prepared statements, which all connections share. */
class Statements {
  readonly #names = new Map<string, string>();

  nameOf(sql: string): string {
    const name = this.#names.get(sql) ?? `floor.${String(this.#names.size)}`;
    this.#names.set(sql, name);
    return name;
  }
}

class Lane {
  /** Rows inserted for orders, by table. */
  readonly inserted = new Map<string, number>();
  /** Rows written, of any kind. */
  rows = 0;
  transactions = 0;
  readonly #database: Database;
  readonly #statements: Statements;
  readonly #shared: readonly SharedRows[];
  readonly #outboxes: readonly SentRows[];

  constructor({ database, tables, orders, shared, outbox }: Sample, statements: Statements, lane: number) {
    this.#database = database;
    this.#statements = statements;
    const sample = { orders: orders.size, lane, lanes: LANES, writer: `lane-${String(lane)}` };
    this.#shared = tables.flatMap((table) => {
      const rows = shared.get(table.name);
      return rows === undefined ? [] : [new SharedRows(table, rows, sample)];
    });
    this.#outboxes = tables.flatMap((table) => {
      const rows = outbox.flatMap((sent) => (sent.table === table.name ? [sent.row] : []));
      return rows.length === 0 ? [] : [new SentRows(table, rows, sample)];
    });
  }

  /** Resolves with the number of orders once all of the batch is durable. */
  async write(batch: Batch): Promise<number> {
    const orderIds = Array.from({ length: BATCH_ORDERS }, () => uuidv7());
    for (const [round, prepared] of batch.entries()) {
      const own = prepared.map((rows): Part => {
        if (round === 0) this.#count(rows);
        const write = round === 0 ? 'insert' : 'update';
        return { table: rows.table, write, parameters: parametersOf(rows, orderIds), rows: rows.rows };
      });
      const shared = this.#shared.flatMap((rows) => rows.next(BATCH_ORDERS / batch.length));
      const sent = this.#outboxes.flatMap((rows) => (round === 0 ? rows.next(BATCH_ORDERS) : rows.remove()));
      await this.#run([...own, ...shared, ...sent]);
    }
    return BATCH_ORDERS;
  }

  #count({ table, rows }: PreparedRows): void {
    this.inserted.set(table.name, (this.inserted.get(table.name) ?? 0) + rows);
  }

  async #run(parts: readonly Part[]): Promise<void> {
    const sql = statementOf(parts);
    const parameters = parts.flatMap((part) => part.parameters);
    await this.#database.query(sql, [FIRST_PARAMETER, ...parameters], this.#statements.nameOf(sql));
    this.rows += parts.reduce((sum, { rows }) => sum + rows, 0);
    this.transactions += 1;
  }
}

/** What was inserted is there, and nothing waits to be sent. */
async function checkRows({ database, tables, outbox }: Sample, lanes: readonly Lane[]): Promise<void> {
  for (const { name } of tables) {
    const inserted = lanes.reduce((sum, lane) => sum + (lane.inserted.get(name) ?? 0), 0);
    if (inserted === 0 && !outbox.some(({ table }) => table === name)) continue;
    const [row] = await database.query<{ rows: number }>(`select count(*) as rows from ${quoted(name)}`);
    if (row?.rows !== inserted) {
      throw new BenchInvalid(`${name} holds ${String(row?.rows)} rows, ${String(inserted)} were to be there`);
    }
  }
}

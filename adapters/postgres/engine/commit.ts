import type { Commit, TableSpec } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { FenceLost, ValueRefused } from '../../../core/kernel/errors.ts';
import { arrayParameter } from '../arrays.ts';
import type { Queryable } from '../database.ts';
import { constraintOf } from '../errors.ts';
import { quoteName } from '../names.ts';
import { fencePart, knownActorPart, newActorPart, wakePart } from './commit-actors.ts';
import { confirmedPart, inboxPart, logPart, outboxPart } from './commit-messages.ts';
import { type CommitPart, FEW_ROWS } from './commit-part.ts';
import { tablePart } from './commit-rows.ts';

/**
 * Owns: a whole batch's commit as one prepared statement, one round trip.
 * Does not own: what is in the batch, what happens after a failure.
 *
 * The statement has a CTE per table, and a last SELECT that raises an error unless every fence and every expected
 * version held, so that all of it is undone. Which parts are in depends on what the commit brings: each
 * combination is a prepared statement of its own, made once.
 *
 * I1. Nothing is written unless every fence holds until the end of the transaction (P2): the epoch rows are locked
 *     FOR SHARE, and a takeover waits for the lock.
 * I2. A message id, version or outbox key that exists already was written by somebody else: FenceLost, so that the
 *     partition is read again from the store, where the repeat is seen (P6).
 */
export type CommitBatch = (db: Queryable, commit: Commit) => Promise<void>;

/** Keys of the engine's tables that only a second writer can meet (I2). */
const OTHER_WRITER = new Set(['actor_log_message_id', 'actor_log_pkey', 'inbox_pkey', 'outbox_pkey']);

interface Statement {
  readonly name: string;
  readonly sql: string;
}

/** Makes the commit of one service's schema, whose decisions may write to `tables`. */
export function prepareCommit(schema: string, tables: readonly TableSpec[]): CommitBatch {
  const name = quoteName(schema);
  const parts: readonly CommitPart[] = [
    fencePart(name),
    knownActorPart(name),
    newActorPart(name),
    wakePart(name),
    logPart(name),
    inboxPart(name),
    ...tables.map((spec, position) => tablePart(name, spec, position)),
    outboxPart(name),
    confirmedPart(name),
  ];
  const specNames = new Set(tables.map((spec) => spec.name));
  assert(specNames.size === tables.length, 'table specs have different names');
  const statements = new Map<string, Statement>();

  return async (db, commit) => {
    for (const { table } of commit.rows) {
      // Refused like a bad value: the message whose decision wrote it is found and put aside (P8).
      if (!specNames.has(table)) throw new ValueRefused(`there is no table spec named ${table}`);
    }
    const present: CommitPart[] = [];
    const values: unknown[] = [FEW_ROWS];
    let shape = '';
    for (const part of parts) {
      const columns = part.columns(commit);
      shape += columns === undefined ? '0' : '1';
      if (columns === undefined) continue;
      present.push(part);
      for (const [index, column] of columns.entries())
        values.push(arrayParameter(part.types[index] ?? '', column));
    }
    if (present.length === 0) return;
    const statement = statements.get(shape) ?? assemble(`${schema}.commit.${shape}`, name, present);
    statements.set(shape, statement);
    try {
      await db.query(statement.sql, values, statement.name);
    } catch (error) {
      throw asOtherWriter(error);
    }
  };
}

function assemble(statementName: string, schema: string, parts: readonly CommitPart[]): Statement {
  let parameters = 1;
  const ctes: string[] = [];
  const checks: string[] = [];
  for (const part of parts) {
    const first = parameters + 1;
    const rows = part.types.map((type) => `$${String((parameters += 1))}::${type}[]`).join(', ');
    ctes.push(`${part.name} as (${part.sql(rows, '$1::bigint')})`);
    if (part.check === undefined) continue;
    const holds = part.check.holds(`cardinality($${String(first)})`);
    checks.push(
      `when not ${holds} then ${schema}.refuse_commit('${part.check.state}', '${part.check.reason}')`,
    );
  }
  // $1 is named here too: it must have a type even when no part needs it.
  const outcome = checks.length === 0 ? `'written'` : `case ${checks.join('\n')} else 'written' end`;
  return {
    name: statementName,
    sql: `with ${ctes.join(',\n')}\nselect ${outcome} as outcome where $1::bigint > 0`,
  };
}

function asOtherWriter(error: unknown): unknown {
  if (!(error instanceof ValueRefused)) return error;
  const constraint = constraintOf(error.cause);
  if (constraint === undefined || !OTHER_WRITER.has(constraint)) return error;
  return new FenceLost(`somebody else has written this already (${constraint})`, error);
}

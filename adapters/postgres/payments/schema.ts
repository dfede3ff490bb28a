import type { SchemaMigrations } from '../database.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../tables.ts';

export const PAYMENTS_SCHEMA = 'payments';
export const SIMULATED_GATEWAY_SCHEMA = 'simulated_gateway';

/** One row per charge key (P15); status, verdict and refund as in core/services/payments/charge.ts. */
export const paymentsMigrations: SchemaMigrations = {
  schema: PAYMENTS_SCHEMA,
  steps: [
    ...engineMigrations(),
    {
      name: 'charges',
      sql: `
create table charge (
  charge_key text collate "C" primary key,
  order_id text collate "C" not null,
  amount_cents bigint not null check (amount_cents >= 0),
  currency text not null,
  method text,
  status text not null check (status in ('requested', 'processed', 'failed', 'void', 'unsettled')),
  verdict text check (verdict in ('processed', 'failed')),
  transaction_id text,
  reason text,
  voided boolean not null,
  attempted_at timestamptz,
  refund text not null check (refund in ('none', 'requested', 'refunded', 'failed')),
  refund_id text,
  refund_reason text,
  refunded_cents bigint check (refunded_cents between 0 and amount_cents),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (status <> 'processed' or transaction_id is not null)
) with (fillfactor = 70);
create index charge_order on charge (order_id);
create index charge_unsettled on charge (updated_at) where status = 'unsettled' or refund = 'failed';
`,
    },
    ...engineChanges(),
    ...cheaperUpkeep(),
    ...pauseChanges(),
  ],
};

/** The simulated gateway's own memory: it stands for a company of its own, so no service reads it. */
export const simulatedGatewayMigrations: SchemaMigrations = {
  schema: SIMULATED_GATEWAY_SCHEMA,
  steps: [
    {
      name: 'ledger',
      sql: `
create table ledger (
  key text collate "C" primary key,
  amount_cents bigint not null,
  currency text not null,
  transaction_id text,
  reason text,
  refund_id text,
  charged_at timestamptz not null default now(),
  refunded_at timestamptz,
  check ((transaction_id is null) <> (reason is null)),
  check (refund_id is null or transaction_id is not null)
) with (fillfactor = 90);
`,
    },
  ],
};

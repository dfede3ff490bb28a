/**
 * What the fraud score remembers: a row per order that was seen, with the values the model was asked about, and what became
 * of orders. An outcome may come before its order is seen, so it stands by itself.
 */
export const FRAUD_TABLES = `
create table seen_order (
  order_id text collate "C" primary key,
  user_id text collate "C" not null,
  placed_at timestamptz not null,
  total_cents bigint not null,
  address text collate "C" not null,
  network text collate "C",
  device text collate "C",
  -- NaN: nobody knows.
  signals double precision[] not null,
  score double precision,
  reasons text[] not null,
  model_version integer
);
create index seen_order_user on seen_order (user_id, placed_at desc);
create index seen_order_address on seen_order (address, placed_at desc);
create index seen_order_network on seen_order (network, placed_at desc) where network is not null;
create index seen_order_device on seen_order (device, placed_at desc) where device is not null;
create index seen_order_placed on seen_order (placed_at);

create table order_outcome (
  order_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('declined', 'refund_asked', 'disputed', 'approved', 'rejected')),
  at timestamptz not null,
  primary key (order_id, kind)
);
create index order_outcome_at on order_outcome (at);
`;

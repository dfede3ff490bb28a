import { createHash } from 'node:crypto';
import type {
  EmbeddingStore,
  ProductVector,
  UnembeddedProduct,
} from '../../../core/services/catalog/embeddings.ts';
import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';
import { snapshotMark } from '../snapshot-mark.ts';

const LEASE = `clock_timestamp() + $3 * interval '1 millisecond'`;
const TEXT = `p.name || E'\\n' || p.description`;
/** Of products for sale, and of the text that they have now. */
const CURRENT = `from catalog.product_embedding e
  join catalog.product p on p.id = e.product_id and p.active and e.text_hash = md5(${TEXT})`;

interface VectorRow {
  readonly id: string;
  readonly base64: string;
}

/** Vectors of products and of searches that one model made; searches are kept by a hash of their words. */
export function createEmbeddingStore(db: Queryable, model: string): EmbeddingStore {
  return {
    async lease(owner, leaseMs) {
      const rows = await db.query(
        `insert into catalog.embedding_lease (model, owner, lease_until) values ($1, $2, ${LEASE})
         on conflict (model) do update set owner = $2, lease_until = ${LEASE}
         where embedding_lease.owner = $2 or embedding_lease.lease_until < clock_timestamp()
         returning 1`,
        [model, owner, leaseMs],
        'catalog.embedding_lease',
      );
      return rows.length > 0;
    },

    async release(owner) {
      await db.query('delete from catalog.embedding_lease where model = $1 and owner = $2', [model, owner]);
    },

    unembedded: ({ mark, after, limit }) =>
      // Without a name the plan is made for this mark, which few products or all are beyond.
      db.query<UnembeddedProduct>(
        `select p.id, ${TEXT} as text, md5(${TEXT}) as "textHash"
         from catalog.product p
         left join catalog.product_embedding e on e.model = $1 and e.product_id = p.id
         where p.active and p.changed_in >= $2::text::xid8 and p.id > $3
           and e.text_hash is distinct from md5(${TEXT})
         order by p.id limit $4::integer`,
        [model, mark, after, limit],
      ),

    async keep(vectors) {
      // What was deleted meanwhile is left out.
      await db.query(
        `insert into catalog.product_embedding (model, product_id, text_hash, vector)
         select $1, made.id, made.hash, decode(made.base64, 'base64')
         from unnest($2::text[], $3::text[], $4::text[]) as made (id, hash, base64)
         join catalog.product p on p.id = made.id
         on conflict (model, product_id) do update set text_hash = excluded.text_hash, vector = excluded.vector,
           embedded_at = clock_timestamp(), changed_in = pg_current_xact_id()`,
        [
          model,
          textArray(vectors.map(({ id }) => id)),
          textArray(vectors.map(({ textHash }) => textHash)),
          textArray(vectors.map(({ vector }) => base64Of(vector))),
        ],
        'catalog.keep_embeddings',
      );
    },

    async slice(after, limit) {
      const rows = await db.query<VectorRow>(
        `select p.id, encode(e.vector, 'base64') as base64 ${CURRENT}
         where e.model = $1 and e.product_id > $2 order by e.product_id limit $3::integer`,
        [model, after, limit],
        'catalog.embedding_slice',
      );
      return rows.map(vectorOf);
    },

    mark: () => snapshotMark(db),

    async changedSince(mark, ids) {
      const rows = await db.query<{ readonly mark: string } & (VectorRow | { readonly id: null })>(
        `select pg_snapshot_xmin(now_at)::text as mark, changed.*
         from pg_current_snapshot() as now_at left join lateral (
           select p.id, encode(e.vector, 'base64') as base64 ${CURRENT}
           where e.model = $1 and (e.product_id = any($3::text[])
             or e.changed_in >= $2::text::xid8 and e.changed_in < pg_snapshot_xmax(now_at))
         ) as changed on true`,
        [model, mark, textArray(ids)],
      );
      return {
        mark: rows[0]?.mark ?? mark,
        vectors: rows.filter((row) => row.id !== null).map(vectorOf),
      };
    },

    async queries(words) {
      const asked = new Map(words.map((each) => [hashOf(each), each]));
      const rows = await db.query<VectorRow>(
        `select hash as id, encode(vector, 'base64') as base64 from catalog.query_embedding
         where model = $1 and hash = any($2::text[])`,
        [model, textArray([...asked.keys()])],
        'catalog.query_embeddings',
      );
      return new Map(rows.map(vectorOf).map(({ id, vector }) => [asked.get(id) ?? '', vector]));
    },

    async keepQueries(vectors) {
      await db.query(
        `insert into catalog.query_embedding (model, hash, vector)
         select $1, made.hash, decode(made.base64, 'base64')
         from unnest($2::text[], $3::text[]) as made (hash, base64)
         on conflict (model, hash) do update set vector = excluded.vector, embedded_at = clock_timestamp()`,
        [model, textArray([...vectors.keys()].map(hashOf)), textArray([...vectors.values()].map(base64Of))],
        'catalog.keep_query_embeddings',
      );
    },

    async forget(before) {
      await db.query('delete from catalog.query_embedding where embedded_at < $1', [before]);
      await db.query('delete from catalog.product_embedding where model <> $1 and embedded_at < $2', [
        model,
        before,
      ]);
    },
  };
}

/** What people typed is not kept, only what tells it apart. */
function hashOf(words: string): string {
  return createHash('sha256').update(words).digest('base64url');
}

function base64Of(vector: Int8Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function vectorOf({ id, base64 }: VectorRow): ProductVector {
  return { id, vector: new Int8Array(Buffer.from(base64, 'base64')) };
}

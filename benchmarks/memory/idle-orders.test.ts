import t from 'tap';
import { copyStatement } from './idle-orders.ts';

t.test('a copy has its own id and partition, also inside JSON; the rest is the original', async (t) => {
  const statement = copyStatement({
    name: 'orders.actor',
    columns: [
      { name: 'kind', type: 'text' },
      { name: 'id', type: 'text' },
      { name: 'partition', type: 'integer' },
      { name: 'snapshot', type: 'jsonb' },
    ],
    key: ['kind', 'id'],
  });
  t.match(
    statement,
    'select original."kind", copy.id, copy.partition, replace(original."snapshot"::text, $1, copy.id)::jsonb from',
  );
  t.match(statement, 'where original.id = $1');
});

t.test('lines belong to an order by its id, and keep their own key beside it', async (t) => {
  const statement = copyStatement({
    name: 'orders.order_item',
    columns: [
      { name: 'order_id', type: 'text' },
      { name: 'line', type: 'integer' },
    ],
    key: ['order_id', 'line'],
  });
  t.match(statement, 'select copy.id, original."line" from');
  t.match(statement, 'where original.order_id = $1');
});

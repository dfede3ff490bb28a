import t from 'tap';
import { ValueRefused } from '../../../core/kernel/errors.ts';
import { columnValue, jsonOf } from './values.ts';

t.test('JSON is kept as it is, whatever else as JSON text would bring it back', async (t) => {
  const plain = { list: [1, 'a', null, { deep: [true] }], text: 'Grüße 😀', none: null };
  t.equal(jsonOf(plain, 'it'), plain, 'the same object');
  class Place {
    readonly name = 'here';
  }
  const cases: readonly unknown[] = [
    { gone: undefined, deep: { list: [undefined, () => 1, NaN, Infinity] } },
    { when: new Date(0), of: new Place(), map: new Map([['a', 1]]) },
    [new Place()],
    Object.assign(Object.create({ inherited: 1 }) as object, { own: 1 }),
    { toJSON: () => ({ instead: undefined }) },
  ];
  for (const value of cases) t.strictSame(jsonOf(value, 'it'), JSON.parse(JSON.stringify(value)));
  t.equal(
    jsonOf(() => 1, 'it'),
    undefined,
  );
  t.throws(() => jsonOf({ big: 1n }, 'it'), TypeError);
});

t.test('what Postgres refuses is refused (P8)', async (t) => {
  const refused: readonly (readonly [unknown, Parameters<typeof columnValue>[1]])[] = [
    ['a\0', 'text'],
    [{}, 'text'],
    [2 ** 31, 'integer'],
    [1.5, 'bigint'],
    [2 ** 63, 'bigint'],
    ['', 'integer'],
    ['1e', 'double precision'],
    [{}, 'boolean'],
    ['never', 'timestamptz'],
    [{ deep: ['\0'] }, 'jsonb'],
    [{ '\0': 1 }, 'jsonb'],
    ['\ud800', 'jsonb'],
  ];
  for (const [value, type] of refused) {
    t.throws(() => columnValue(value, type, 'it'), ValueRefused, `${JSON.stringify(value)} as ${type}`);
  }
});

t.test('what Postgres takes is kept as the driver would bring it', async (t) => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const iso = '2026-01-02T03:04:05.678Z';
  const taken: readonly (readonly [unknown, Parameters<typeof columnValue>[1], unknown])[] = [
    [undefined, 'text', null],
    [12, 'text', '12'],
    [-(2 ** 31), 'integer', -(2 ** 31)],
    ['12', 'bigint', 12],
    [0.25, 'double precision', 0.25],
    [true, 'boolean', true],
    [at, 'timestamptz', iso],
    [new Date(at), 'timestamptz', iso],
    [iso, 'timestamptz', iso],
    ['2026-01-02T04:04:05.678+01:00', 'timestamptz', iso],
    [[['a'], 1], 'jsonb', [['a'], 1]],
  ];
  for (const [value, type, kept] of taken) t.strictSame(columnValue(value, type, 'it'), kept);
});

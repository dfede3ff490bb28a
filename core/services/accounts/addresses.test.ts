import t from 'tap';
import { addAddress, ADDRESSES_MAX, type AddressEntry, removeAddress, replaceAddress } from './addresses.ts';

const entry = (id: string, isDefault = false): AddressEntry => ({
  id,
  street: '1 Main St',
  city: 'Springfield',
  state: 'IL',
  zip: '62701',
  country: 'US',
  isDefault,
});

t.test('the first address is the default, wished or not', async (t) => {
  t.same(addAddress([], entry('a')), { put: entry('a', true), defaultId: 'a' });
});

t.test('the default moves only to an address that is made it', async (t) => {
  const book = [entry('b'), entry('a', true)];
  t.same(addAddress(book, entry('c')), { put: entry('c'), defaultId: 'a' });
  t.same(addAddress(book, entry('c', true)), { put: entry('c', true), defaultId: 'c' });
  t.same(replaceAddress(book, entry('b', true)), { put: entry('b', true), defaultId: 'b' });
  t.same(replaceAddress(book, entry('a')), { put: entry('a', true), defaultId: 'a' }, 'it stays');
});

t.test('the newest takes the place of a default that goes', async (t) => {
  t.same(removeAddress([entry('c'), entry('b'), entry('a', true)], 'a'), { removed: 'a', defaultId: 'c' });
  t.same(removeAddress([entry('b'), entry('a', true)], 'b'), { removed: 'b', defaultId: 'a' });
  t.same(removeAddress([entry('a', true)], 'a'), { removed: 'a', defaultId: null });
});

t.test('refusals have codes', async (t) => {
  const full = Array.from({ length: ADDRESSES_MAX }, (_, index) => entry(`a${String(index)}`, index === 0));
  t.throws(() => addAddress(full, entry('more')), { code: 'address_book_full' });
  t.throws(() => replaceAddress(full, entry('other')), { code: 'unknown_address' });
  t.throws(() => removeAddress(full, 'other'), { code: 'unknown_address' });
});

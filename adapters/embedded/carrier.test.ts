import t from 'tap';
import { createSimulatedCarrier, routeTo } from './carrier.ts';
import { createTransitTimes } from './transit.ts';

const signal = new AbortController().signal;
const clock = { now: () => 1_000_000, after: () => () => undefined };
const address = { street: 'Main 1', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' };

t.test('a booking follows from its key alone', async (t) => {
  const one = createSimulatedCarrier({ clock, timeScale: 10_000 });
  const other = createSimulatedCarrier({ clock, timeScale: 10_000 });
  const booking = await one.book({ key: 'k', address, items: [] }, signal);
  t.same(await other.book({ key: 'k', address, items: [] }, signal), booking);
  t.match(booking, { kind: 'booked', trackingNumber: /^[A-Z]{2}\d{12}$/ });
});

t.test('three days pass at the scale that is set', async (t) => {
  for (const [timeScale, expectedMs] of [
    [1, 259_200_000],
    [10_000, 25_920],
    [1_000_000, 259],
  ] as const) {
    const booking = await createSimulatedCarrier({ clock, timeScale }).book(
      { key: 'k', address, items: [] },
      signal,
    );
    t.match(booking, { estimatedDeliveryAtMs: 1_000_000 + expectedMs });
  }
});

t.test('a parcel is booked for the time that was promised, near and abroad', async (t) => {
  const carrier = createSimulatedCarrier({ clock, timeScale: 1 });
  const transit = createTransitTimes(1);
  for (const [country, days] of [
    ['DE', 3],
    ['germany', 3],
    ['United States', 3],
    ['GB', 5],
    ['Norway', 5],
    ['The Deep', 5],
  ] as const) {
    const { soonestMs, latestMs } = transit.to(country);
    const booking = await carrier.book({ key: 'k', address: { ...address, country }, items: [] }, signal);
    t.match(booking, { estimatedDeliveryAtMs: 1_000_000 + days * 86_400_000 }, country);
    t.equal(soonestMs, days * 86_400_000, country);
    t.ok(latestMs > soonestMs, 'the promise has a margin');
  }
});

t.test('all three carriers get their share, and no two parcels the same number', async (t) => {
  const carrier = createSimulatedCarrier({ clock, timeScale: 1 });
  const bookings = await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      carrier.book({ key: `p${String(index)}`, address, items: [] }, signal),
    ),
  );
  const booked = bookings.flatMap((booking) => (booking.kind === 'booked' ? [booking] : []));
  t.equal(new Set(booked.map(({ carrier: name }) => name)).size, 3);
  t.equal(new Set(booked.map(({ trackingNumber }) => trackingNumber)).size, 300);
});

t.test('the way leads from the nearest warehouse to the door', (t) => {
  const ways: readonly (readonly [string, string, string, number])[] = [
    ['Berlin', 'DE', 'Warehouse Frankfurt', 52.52],
    ['berlin', 'Germany', 'Warehouse Frankfurt', 52.52],
    ['Portland', 'usa', 'Warehouse Los Angeles', 45.52],
    ['Sao Paulo', 'Brazil', 'Warehouse Chicago', -23.55],
    ['Tokyo', 'JP', 'Warehouse Singapore', 35.68],
    ['Smallville', 'United States', 'Warehouse Chicago', 41.88],
  ];
  for (const [city, country, warehouse, latitude] of ways) {
    const route = routeTo(city, country, 'k');
    t.equal(route.length, 5);
    t.equal(route[0]?.name, warehouse, `${city}, ${country}`);
    t.match(route.at(-1), { name: city, latitude });
  }
  t.end();
});

t.test('a place nobody knows still has one way, and all points lie on the globe', (t) => {
  const route = routeTo('Atlantis', 'The Deep', 'k');
  t.same(route, routeTo('Atlantis', 'The Deep', 'k'));
  t.equal(route.at(-1)?.name, 'Atlantis');
  for (const { latitude, longitude, name } of [...route, ...routeTo('Auckland', 'NZ', 'k')]) {
    t.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, name);
  }
  t.end();
});

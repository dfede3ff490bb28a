import { assert } from '../../core/kernel/assert.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { Carrier, WayPoint } from '../../core/services/shipping/carrier.ts';
import { uniformOf } from './key-hash.ts';
import { distanceKm, nearest, PLACES, placeOf, WAREHOUSES, type Place } from './places.ts';
import { createTransitTimes } from './transit.ts';

/**
 * Three carriers that take every parcel. Who carries it, its number and its way follow from the shipment key, so a
 * repeated booking is the same booking, and there is nothing to remember: a parcel leaves when our own rows say so.
 */
export interface SimulatedCarrierOptions {
  readonly clock: Clock;
  /** How much faster than real time parcels travel: 1 is real time, at 10,000 three days pass in 26 s. */
  readonly timeScale: number;
}

const CARRIERS = [
  { name: 'Meridian Express', prefix: 'MX' },
  { name: 'Northwind Freight', prefix: 'NW' },
  { name: 'Swift & Sons', prefix: 'SS' },
] as const;
/** Way points between the warehouse and the door. */
const STOPS = 3;
/** A stop is named after a city no further away than this. */
const NEAR_KM = 400;

export function createSimulatedCarrier({ clock, timeScale }: SimulatedCarrierOptions): Carrier {
  const transit = createTransitTimes(timeScale);
  return {
    book: ({ key, address }) => {
      const carrier = CARRIERS[Math.floor(uniformOf(key, 'carrier') * CARRIERS.length)] ?? CARRIERS[0];
      return Promise.resolve({
        kind: 'booked',
        trackingNumber: trackingNumber(carrier.prefix, key),
        carrier: carrier.name,
        estimatedDeliveryAtMs: clock.now() + transit.to(address.country).soonestMs,
        route: routeTo(address.city, address.country, key),
      });
    },
    cancel: () => Promise.resolve({ kind: 'cancelled' }),
  };
}

/** Two letters, twelve digits: 10^12 numbers, so that two parcels of a shop don't share one. */
function trackingNumber(prefix: string, key: string): string {
  const digits = (purpose: string): string =>
    Math.floor(uniformOf(key, purpose) * 1_000_000)
      .toString()
      .padStart(6, '0');
  return `${prefix}${digits('tracking/high')}${digits('tracking/low')}`;
}

/** The part of a route that every parcel to one city shares. */
interface Way {
  readonly warehouse: WayPoint;
  /** Where the stops would be if all parcels took the same depots. */
  readonly stops: readonly WayPoint[];
  readonly door: WayPoint;
}

/** The nearest of all cities is looked for at each stop, and parcels go to the same cities again and again. */
const ways = new Map<string, Way>();
const WAYS_MAX = 1_000;

/** From the warehouse that is nearest, along the great circle, to the door. */
export function routeTo(city: string, country: string, key: string): readonly WayPoint[] {
  const name = JSON.stringify([city, country]);
  const way = ways.get(name) ?? wayTo(city, country);
  if (ways.size >= WAYS_MAX) ways.clear();
  ways.set(name, way);
  return [way.warehouse, ...way.stops.map((stop, index) => depotAt(stop, key, index)), way.door];
}

function wayTo(city: string, country: string): Way {
  const destination = placeOf(city, country) ?? somewhere(city, country);
  const warehouse = nearest(WAREHOUSES, destination);
  assert(warehouse !== undefined, 'there is a warehouse');
  const { latitude, longitude } = warehouse;
  return {
    warehouse: { name: `Warehouse ${warehouse.name}`, latitude, longitude },
    stops: Array.from({ length: STOPS }, (_, index) =>
      stopAt(between(warehouse, destination, (index + 1) / (STOPS + 1))),
    ),
    door: { name: city, latitude: destination.latitude, longitude: destination.longitude },
  };
}

/** A country nobody here knows has a place all the same, always the same one, near a city we know. */
function somewhere(city: string, country: string): Place {
  const known = PLACES[Math.floor(uniformOf(country.trim().toLowerCase(), 'country') * PLACES.length)];
  assert(known !== undefined, 'there is a place');
  return { ...known, name: city, country };
}

function stopAt({ latitude, longitude }: Pick<Place, 'latitude' | 'longitude'>): WayPoint {
  const city = nearest(PLACES, { latitude, longitude });
  const near = city !== undefined && distanceKm(city, { latitude, longitude }) <= NEAR_KM ? city : undefined;
  return { name: near === undefined ? 'On the way' : `Depot near ${near.name}`, latitude, longitude };
}

/** A short way would name the same city again and again: its stops lie a little apart, as depots do. */
function depotAt({ name, latitude, longitude }: WayPoint, key: string, index: number): WayPoint {
  const apart = (uniformOf(`${key}/${String(index)}`, 'depot') - 0.5) * 0.2;
  return { name, latitude: round(latitude + apart), longitude: round(longitude + apart) };
}

/** The point at `share` of the great circle from one place to another. */
function between(one: Place, other: Place, share: number): Pick<Place, 'latitude' | 'longitude'> {
  const from = toVector(one);
  const to = toVector(other);
  const angle = Math.acos(Math.min(1, Math.max(-1, from.x * to.x + from.y * to.y + from.z * to.z)));
  if (angle < 1e-9) return one;
  const near = Math.sin((1 - share) * angle) / Math.sin(angle);
  const far = Math.sin(share * angle) / Math.sin(angle);
  const x = near * from.x + far * to.x;
  const y = near * from.y + far * to.y;
  const z = near * from.z + far * to.z;
  return {
    latitude: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI,
    longitude: (Math.atan2(y, x) * 180) / Math.PI,
  };
}

function toVector({ latitude, longitude }: Place): { x: number; y: number; z: number } {
  const phi = (latitude * Math.PI) / 180;
  const lambda = (longitude * Math.PI) / 180;
  return { x: Math.cos(phi) * Math.cos(lambda), y: Math.cos(phi) * Math.sin(lambda), z: Math.sin(phi) };
}

/** Degrees, to about a kilometre. */
function round(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}

import type { WayPoint } from '../../core/services/shipping/carrier.ts';

/** A city the simulated carriers know, with its country's ISO 3166 code and the US state or region where names repeat. */
export interface Place extends WayPoint {
  readonly country: string;
}

type Row = readonly [name: string, country: string, latitude: number, longitude: number];

/** The first city of a country stands for the whole country. Coordinates in degrees, rounded to 0.01. */
const ROWS: readonly Row[] = [
  ['Chicago', 'US', 41.88, -87.63],
  ['New York', 'US', 40.71, -74.01],
  ['Los Angeles', 'US', 34.05, -118.24],
  ['San Francisco', 'US', 37.77, -122.42],
  ['Seattle', 'US', 47.61, -122.33],
  ['Portland', 'US', 45.52, -122.68],
  ['Denver', 'US', 39.74, -104.99],
  ['Phoenix', 'US', 33.45, -112.07],
  ['Dallas', 'US', 32.78, -96.8],
  ['Austin', 'US', 30.27, -97.74],
  ['Houston', 'US', 29.76, -95.37],
  ['Atlanta', 'US', 33.75, -84.39],
  ['Miami', 'US', 25.76, -80.19],
  ['Boston', 'US', 42.36, -71.06],
  ['Philadelphia', 'US', 39.95, -75.17],
  ['Minneapolis', 'US', 44.98, -93.27],
  ['Springfield', 'US', 39.78, -89.65],
  ['Toronto', 'CA', 43.65, -79.38],
  ['Montreal', 'CA', 45.5, -73.57],
  ['Vancouver', 'CA', 49.28, -123.12],
  ['Mexico City', 'MX', 19.43, -99.13],
  ['São Paulo', 'BR', -23.55, -46.63],
  ['Buenos Aires', 'AR', -34.6, -58.38],
  ['Santiago', 'CL', -33.45, -70.67],
  ['Bogotá', 'CO', 4.71, -74.07],
  ['London', 'GB', 51.51, -0.13],
  ['Manchester', 'GB', 53.48, -2.24],
  ['Edinburgh', 'GB', 55.95, -3.19],
  ['Dublin', 'IE', 53.35, -6.26],
  ['Frankfurt', 'DE', 50.11, 8.68],
  ['Berlin', 'DE', 52.52, 13.41],
  ['Hamburg', 'DE', 53.55, 9.99],
  ['Munich', 'DE', 48.14, 11.58],
  ['Paris', 'FR', 48.86, 2.35],
  ['Lyon', 'FR', 45.76, 4.84],
  ['Madrid', 'ES', 40.42, -3.7],
  ['Barcelona', 'ES', 41.39, 2.17],
  ['Lisbon', 'PT', 38.72, -9.14],
  ['Rome', 'IT', 41.9, 12.5],
  ['Milan', 'IT', 45.46, 9.19],
  ['Amsterdam', 'NL', 52.37, 4.9],
  ['Brussels', 'BE', 50.85, 4.35],
  ['Zurich', 'CH', 47.38, 8.54],
  ['Vienna', 'AT', 48.21, 16.37],
  ['Prague', 'CZ', 50.08, 14.44],
  ['Warsaw', 'PL', 52.23, 21.01],
  ['Copenhagen', 'DK', 55.68, 12.57],
  ['Stockholm', 'SE', 59.33, 18.07],
  ['Oslo', 'NO', 59.91, 10.75],
  ['Helsinki', 'FI', 60.17, 24.94],
  ['Athens', 'GR', 37.98, 23.73],
  ['Istanbul', 'TR', 41.01, 28.98],
  ['Kyiv', 'UA', 50.45, 30.52],
  ['Cairo', 'EG', 30.04, 31.24],
  ['Lagos', 'NG', 6.52, 3.38],
  ['Nairobi', 'KE', -1.29, 36.82],
  ['Johannesburg', 'ZA', -26.2, 28.05],
  ['Dubai', 'AE', 25.2, 55.27],
  ['Tel Aviv', 'IL', 32.09, 34.78],
  ['Mumbai', 'IN', 19.08, 72.88],
  ['Delhi', 'IN', 28.61, 77.21],
  ['Bengaluru', 'IN', 12.97, 77.59],
  ['Singapore', 'SG', 1.35, 103.82],
  ['Bangkok', 'TH', 13.76, 100.5],
  ['Jakarta', 'ID', -6.21, 106.85],
  ['Manila', 'PH', 14.6, 120.98],
  ['Hong Kong', 'HK', 22.32, 114.17],
  ['Shanghai', 'CN', 31.23, 121.47],
  ['Beijing', 'CN', 39.9, 116.41],
  ['Seoul', 'KR', 37.57, 126.98],
  ['Tokyo', 'JP', 35.68, 139.65],
  ['Osaka', 'JP', 34.69, 135.5],
  ['Sydney', 'AU', -33.87, 151.21],
  ['Melbourne', 'AU', -37.81, 144.96],
  ['Auckland', 'NZ', -36.85, 174.76],
];

export const PLACES: readonly Place[] = ROWS.map(([name, country, latitude, longitude]) => ({
  name,
  country,
  latitude,
  longitude,
}));

/** Where parcels start. */
export const WAREHOUSES: readonly Place[] = PLACES.filter(({ name }) =>
  ['Chicago', 'Los Angeles', 'Frankfurt', 'Singapore'].includes(name),
);

const COUNTRY_NAMES = new Intl.DisplayNames('en', { type: 'region' });
const CODES = new Map<string, string>([
  ...PLACES.map(({ country }): [string, string] => [plain(COUNTRY_NAMES.of(country) ?? country), country]),
  ['usa', 'US'],
  ['united states of america', 'US'],
  ['uk', 'GB'],
  ['great britain', 'GB'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['deutschland', 'DE'],
  ['turkey', 'TR'],
]);

/** The ISO 3166 code of a country given by its code or its English name; what is neither stays as it is, in capitals. */
export function countryCode(country: string): string {
  return CODES.get(plain(country)) ?? country.trim().toUpperCase();
}

/**
 * The place an address means: the city if it is known in that country, else the country's first city under the
 * address's own name, else the city of that name anywhere; undefined when neither city nor country is known.
 */
export function placeOf(city: string, country: string): Place | undefined {
  const name = plain(city);
  const code = countryCode(country);
  const inCountry = PLACES.filter((place) => place.country === code);
  const exact = inCountry.find((place) => plain(place.name) === name);
  if (exact !== undefined) return exact;
  const [first] = inCountry;
  if (first !== undefined) return { ...first, name: city };
  return PLACES.find((place) => plain(place.name) === name);
}

/** Lower case, without accents and outer blanks. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .trim()
    .toLowerCase();
}

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(one: Pick<Place, 'latitude' | 'longitude'>, other: typeof one): number {
  const radians = Math.PI / 180;
  const across = Math.sin(((other.latitude - one.latitude) * radians) / 2) ** 2;
  const along = Math.sin(((other.longitude - one.longitude) * radians) / 2) ** 2;
  const shared = Math.cos(one.latitude * radians) * Math.cos(other.latitude * radians);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(across + shared * along)));
}

/** The place of the list that is nearest to a point. */
export function nearest(
  places: readonly Place[],
  point: Pick<Place, 'latitude' | 'longitude'>,
): Place | undefined {
  let best: { readonly place: Place; readonly km: number } | undefined;
  for (const place of places) {
    const km = distanceKm(place, point);
    if (best === undefined || km < best.km) best = { place, km };
  }
  return best?.place;
}

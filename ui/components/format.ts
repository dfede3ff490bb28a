/** How numbers and times are written. Amounts come as integer cents. */
const LOCALE = 'en-GB';

const formats = new Map<string, Intl.NumberFormat>();

export function money(cents: number, currency: string): string {
  let format = formats.get(currency);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
    formats.set(currency, format);
  }
  return format.format(cents / 100);
}

const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const dayAndTime = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export type TimeStyle = 'day' | 'dayAndTime' | 'clock';
const styles: Record<TimeStyle, Intl.DateTimeFormat> = { day, dayAndTime, clock };

/** A time as people here write it; an unreadable one stays as it came. */
export function time(iso: string, style: TimeStyle): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : styles[style].format(date);
}

const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric' });
const weekdayAndMonth = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric', month: 'short' });
/** Browsers differ in whether a comma follows the weekday. */
const plainDay = (format: Intl.DateTimeFormat, date: Date): string => format.format(date).replace(',', '');

/** `Tue 24 Nov`, `Tue 24 – Thu 26 Nov` or `Mon 30 Nov – Wed 2 Dec`: the days from one time to another, where the reader is. */
export function daysBetween(from: Date, to: Date): string {
  const [first, last] = [plainDay(weekdayAndMonth, from), plainDay(weekdayAndMonth, to)];
  if (first === last) return last;
  return from.getMonth() === to.getMonth() ? `${plainDay(weekday, from)} – ${last}` : `${first} – ${last}`;
}

/** A country given by its ISO 3166 code in words; whatever else somebody wrote stays as it is. */
export function countryName(country: string): string {
  if (!/^[A-Za-z]{2}$/.test(country)) return country;
  return (
    new Intl.DisplayNames(LOCALE, { type: 'region', fallback: 'code' }).of(country.toUpperCase()) ?? country
  );
}

/** The first part of an id, enough to tell orders apart on a screen. */
export function shortId(id: string): string {
  // Time-ordered ids begin alike, so it is their end that tells them apart.
  return id.length <= 10 ? id : id.slice(-8).toUpperCase();
}

/** `3:05`, or `1:03:05` from an hour up, or days. */
export function duration(seconds: number): string {
  if (seconds >= 172_800) return `${String(Math.floor(seconds / 86_400))} days`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0
    ? `${String(hours)}:${String(minutes).padStart(2, '0')}:${rest}`
    : `${String(minutes)}:${rest}`;
}

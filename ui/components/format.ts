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

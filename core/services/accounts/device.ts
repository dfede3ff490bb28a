/** What is told of a device that says nothing we know. */
export const UNKNOWN_DEVICE = 'Unknown device';

/** Browsers say this much and less; what comes after is not looked at. */
const USER_AGENT_LENGTH_MAX = 500;

/** In the order of asking: most browsers also claim to be the ones below them. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\b(Edg|EdgA|EdgiOS|Edge)\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac(intosh| OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * The device a User-Agent header speaks of, in words for its owner: "Firefox on Linux". Made of our own words only, so
 * that whatever a client sends is short and harmless where it is stored and shown. Pure.
 */
export function deviceOf(userAgent: string | undefined): string {
  const said = (userAgent ?? '').slice(0, USER_AGENT_LENGTH_MAX);
  const browser = firstOf(BROWSERS, said);
  const system = firstOf(SYSTEMS, said);
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  return browser ?? system ?? UNKNOWN_DEVICE;
}

function firstOf(known: readonly (readonly [RegExp, string])[], said: string): string | undefined {
  return known.find(([pattern]) => pattern.test(said))?.[1];
}

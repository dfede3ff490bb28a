const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LANCZOS_G = 7;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const SERIES_TERMS_MAX = 100_000;
const SERIES_PRECISION = 1e-14;

/** The natural logarithm of the gamma function, for x > 0 (Lanczos 1964; coefficients for g = 7, n = 9). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const base = x - 1;
  let sum = LANCZOS[0] ?? 0;
  for (let term = 1; term < LANCZOS.length; term += 1) sum += (LANCZOS[term] ?? 0) / (base + term);
  const shifted = base + LANCZOS_G + 0.5;
  return HALF_LOG_TWO_PI + (base + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}

/**
 * Gauss' hypergeometric function 2F1(a, b; c; z) by its series, for 0 ≤ z < 1 and c > 0. The nearer z is to one, the
 * more terms it takes.
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < SERIES_TERMS_MAX; n += 1) {
    const ratio = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    term *= ratio;
    sum += term;
    if (Math.abs(ratio) < 1 && Math.abs(term) <= SERIES_PRECISION * Math.abs(sum) * (1 - z)) break;
  }
  return sum;
}

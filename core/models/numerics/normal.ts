/**
 * The probability that a standard normal variable exceeds z, with a relative error below 1.2e-7 far into the tail
 * (Chebyshev fit of erfc: Press et al., Numerical Recipes, 1992, 6.2).
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  let sum = 0;
  for (let index = terms.length - 1; index >= 0; index -= 1) sum = sum * t + (terms[index] ?? 0);
  const upper = 0.5 * t * Math.exp(-x * x + sum);
  return z >= 0 ? upper : 1 - upper;
}

const CENTRE_BELOW = 0.02425;
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const B = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];

/** The quantile of the standard normal distribution, for 0 < share < 1; relative error below 1.2e-9 (Acklam 2003). */
export function normalQuantile(share: number): number {
  if (share > 1 - CENTRE_BELOW) return -normalQuantile(1 - share);
  if (share < CENTRE_BELOW) {
    const root = Math.sqrt(-2 * Math.log(share));
    return polynomial(C, root) / polynomial(D, root);
  }
  const offset = share - 0.5;
  const square = offset * offset;
  return (polynomial(A, square) * offset) / polynomial(B, square);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

// @ts-check
import { DrillImpossible } from '../../../dist/adapters/main/drills/run.js';

/**
 * A whole number above zero from the command line. Throws DrillImpossible, with what is allowed, for anything else.
 * @param {string} name
 * @param {string} value
 * @param {number} max
 */
export function wholeNumber(name, value, max) {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= max) return number;
  throw new DrillImpossible(`${name} is ${value}: must be a whole number from 1 to ${max}`);
}

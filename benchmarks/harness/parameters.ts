import { DrillImpossible } from '../../adapters/main/drills/run.ts';

/** A parameter of a bench that is a whole number above zero. Throws DrillImpossible for anything else. */
export function numberOf(parameters: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const given = parameters.get(name);
  if (given === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new DrillImpossible(`--set ${name}=${given}: must be a whole number above zero`);
}

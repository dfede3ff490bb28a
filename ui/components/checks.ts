/** What is wrong with a field before anything is sent, by name; fields without a fault are left out. */
import { texts } from '../texts.ts';
import type { Faults } from './submission.ts';

const PASSWORD_LENGTH_MIN = 8;

export function missing(value: string): string | undefined {
  return value.trim() === '' ? texts.signIn.required : undefined;
}

export function badEmail(value: string): string | undefined {
  return missing(value) ?? (/^\S+@\S+$/.test(value.trim()) ? undefined : texts.signIn.badEmail);
}

/** Of a password that is being proved: blanks may be one. */
export function noPassword(value: string): string | undefined {
  return value === '' ? texts.signIn.required : undefined;
}

/** Of a password that is being chosen. */
export function badNewPassword(value: string): string | undefined {
  return noPassword(value) ?? (value.length < PASSWORD_LENGTH_MIN ? texts.signIn.shortPassword : undefined);
}

export function faultsOf<Name extends string>(
  found: Readonly<Record<Name, string | undefined>>,
): Faults<Name> {
  const faults: Faults<Name> = {};
  for (const name of Object.keys(found) as Name[]) {
    const fault = found[name];
    if (fault !== undefined) faults[name] = fault;
  }
  return faults;
}

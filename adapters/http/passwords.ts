import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../core/services/accounts/ports.ts';

/** OWASP's first choice for argon2id (the default here): 19 MiB, two passes, one lane; about 50 ms. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const argon2Hasher: PasswordHasher = {
  hash: (password) => hash(password, OPTIONS),
  verify: (stored, password) => verify(stored, password),
};

/** 120 random bits, in four groups to be read to somebody. */
export function newPassword(): string {
  const text = randomBytes(15).toString('base64url');
  return [0, 5, 10, 15].map((start) => text.slice(start, start + 5)).join('.');
}

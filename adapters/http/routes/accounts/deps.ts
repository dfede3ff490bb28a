import { z } from 'zod';
import type { Addresses } from '../../../../core/services/accounts/addresses.ts';
import type { Attempts } from '../../../../core/services/accounts/attempts.ts';
import type { PasswordResets } from '../../../../core/services/accounts/password-resets.ts';
import type { Accounts } from '../../../../core/services/accounts/ports.ts';
import type { Carts } from '../../../../core/services/carts/ports.ts';
import type { Access } from '../../authentication.ts';
import { text } from '../../schemas.ts';

export interface AccountRoutesDeps {
  readonly accounts: Accounts;
  readonly addresses: Addresses;
  readonly resets: PasswordResets;
  readonly carts: Carts;
  readonly attempts: Attempts;
  readonly access: Access;
}

export const tags = ['accounts'];

export const email = text(3, 254).pipe(z.email('must be an e-mail address'));

/** A password that is being chosen. */
export const newPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(200, 'must have at most 200 characters')
  .refine((value) => !value.includes('\u0000'), 'must not contain NUL characters');

/** A password that is being proved: whatever was chosen once. */
export const password = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters');

export const WRONG_CURRENT_PASSWORD = {
  code: 'login_limit',
  message: 'too many wrong passwords for this account',
};

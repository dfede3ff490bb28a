import type { LetterToUser } from './letters.ts';

/**
 * The letter to somebody who forgot a password. Nothing in it was written by whoever asked for it: anybody can ask, and
 * with a name of their own making in it they could write to people in ours. Pure.
 *
 * `origin`: where the shop is, `https://shop.example`; undefined when that is not known for sure, for then a link might
 * lead to somebody else's house, and the letter has the token alone.
 */
export function resetLetter(
  recipient: { readonly id: string; readonly email: string },
  token: string,
  validMinutes: number,
  origin: string | undefined,
): LetterToUser {
  const how =
    origin === undefined
      ? ['Open the page /reset-password of the shop and enter this code there:', '', `  ${token}`]
      : ['Choose a new one here:', '', `  ${origin}/reset-password?token=${token}`];
  const text = [
    'Hello,',
    '',
    'somebody, you we hope, told us that the password of your account is forgotten.',
    ...how,
    '',
    `This works once, for the next ${String(validMinutes)} minutes. A newer letter makes this one worthless.`,
    'If it was not you, you need not do anything: your password is as it was.',
    '',
    'Kind regards',
    'Orrery',
    '',
  ].join('\n');
  return {
    userId: recipient.id,
    email: recipient.email,
    subject: 'Choose a new password',
    text,
    confidential: true,
  };
}

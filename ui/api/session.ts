/** Who is signed in. The cookie is the server's; this only mirrors what `GET /api/auth/me` says. */
import { createSignal } from 'solid-js';
import { forgetAttempt } from './checkout-attempt.ts';
import { asApiError, call, onUnauthenticated } from './client.ts';
import { loadCart } from './cart.ts';
import { forgetAll } from './remote.ts';
import type { User } from './types.ts';

/** undefined: not known yet; null: a guest. */
const [user, setUser] = createSignal<User | null | undefined>(undefined);
export { user };

const HINT_KEY = 'orrery.signed-in';

/** Whether someone was signed in here the last time: only a guess, to keep their place free until it is known. */
export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(HINT_KEY) === '1';
  } catch {
    return false;
  }
}

function know(person: User | null): void {
  setUser(person);
  try {
    if (person === null) localStorage.removeItem(HINT_KEY);
    else localStorage.setItem(HINT_KEY, '1');
  } catch {
    // Storage is switched off: then there is no guess.
  }
}

interface SessionAnswer {
  readonly user: User;
}

export async function loadSession(): Promise<void> {
  try {
    know((await call<SessionAnswer>('GET', '/api/auth/me')).user);
  } catch (error) {
    // Only a clear no makes a guest of someone who was known.
    if (asApiError(error).status === 401 || user() === undefined) know(null);
  }
}

// A session can end anywhere: signed out in another tab, expired, ended by an admin.
onUnauthenticated(() => {
  if (user()) know(null);
});

async function enter(path: string, body: unknown): Promise<void> {
  const answer = await call<SessionAnswer>('POST', path, { body });
  forgetAll();
  know(answer.user);
  // The server has merged the guest's cart into the shopper's.
  await loadCart();
}

export async function signIn(credentials: {
  readonly email: string;
  readonly password: string;
}): Promise<void> {
  await enter('/api/auth/login', credentials);
}

export async function register(person: {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}): Promise<void> {
  await enter('/api/auth/register', person);
}

/** Changes the name or the password; a new password ends all other sessions. */
export async function changeUser(
  change: { readonly name: string } | { readonly currentPassword: string; readonly password: string },
): Promise<void> {
  know((await call<SessionAnswer>('PATCH', '/api/auth/me', { body: change })).user);
}

export async function signOut(): Promise<void> {
  await call('POST', '/api/auth/logout');
  await signedOutEverywhere();
}

/** The server has ended this session: nothing of it stays here. */
export async function signedOutEverywhere(): Promise<void> {
  forgetAttempt();
  know(null);
  forgetAll();
  await loadCart();
}

import { uuidv7 } from 'uuidv7';
import type { Role } from '../../core/services/accounts/ports.ts';
import { createTokenSigner } from '../../adapters/http/tokens.ts';
import type { Queryable } from '../../adapters/postgres/database.ts';

const SESSION_MS = 86_400_000;

/**
 * Signs `count` users of a role in, each with a session of its own, and resolves to their bearer tokens. Accounts and
 * sessions are rows as the accounts service writes them; passwords are left out, for each would take 50 ms to hash.
 */
export async function signInMany(
  database: Queryable,
  { secret, role, count }: { readonly secret: string; readonly role: Role; readonly count: number },
): Promise<readonly string[]> {
  const signer = createTokenSigner(secret);
  const expiresAt = Math.floor((Date.now() + SESSION_MS) / 1_000) * 1_000;
  const users = Array.from({ length: count }, () => ({ userId: uuidv7(), sessionId: uuidv7() }));
  const userIds = users.map(({ userId }) => userId);
  await database.query(
    `insert into accounts.users (id, name, email, role, password_hash)
     select id, 'Ada Bench', id || '@example.com', $2, 'none' from unnest($1::text[]) as user_id(id)`,
    [userIds, role],
  );
  await database.query(
    `insert into accounts.sessions (id, user_id, expires_at)
     select id, user_id, $3::timestamptz from unnest($1::text[], $2::text[]) as session(id, user_id)`,
    [users.map(({ sessionId }) => sessionId), userIds, new Date(expiresAt)],
  );
  return Promise.all(users.map((user) => signer.sign({ ...user, role, expiresAt })));
}

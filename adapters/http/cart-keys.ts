/** Whose cart it is. */
export function userKey(userId: string): string {
  return `user:${userId}`;
}

export function guestKey(guestId: string): string {
  return `guest:${guestId}`;
}

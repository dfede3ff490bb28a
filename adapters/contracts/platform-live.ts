import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Person } from './platform-person.ts';

export interface Told {
  readonly topic?: string;
  readonly cursor: number;
  readonly type: string;
  readonly data: { readonly entry: { readonly seq: number; readonly to: string } };
}

/** A socket that keeps everything it is told about one topic, from the beginning on. */
export async function listen(
  { stage, token }: Person,
  topic: string,
): Promise<{ readonly told: readonly Told[]; readonly close: () => Promise<void> }> {
  const socket = new WebSocket(`${stage.running.url.replace('http', 'ws')}/api/live?token=${token}`);
  const told: Told[] = [];
  socket.on('message', (data: Buffer) => {
    told.push(JSON.parse(data.toString()) as Told);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ subscribe: topic, after: 0 }));
  return {
    told,
    close: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

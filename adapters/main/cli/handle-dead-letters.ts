import { setTimeout as delay } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { OrreryError } from '../../../core/kernel/errors.ts';
import { type DeadLetterDesk, RATE_PER_SECOND } from '../../../core/services/dead-letters/desk.ts';
import type { LetterSummary } from '../../../core/services/dead-letters/ports.ts';
import { deadLettersMigrations } from '../../postgres/dead-letters/schema.ts';
import { createAuditTrail } from '../../postgres/gateway/audit.ts';
import { gatewayMigrations } from '../../postgres/gateway/migrations.ts';
import { migrate } from '../../postgres/migrate.ts';
import { openData } from '../data-folder.ts';
import { openDesk } from '../dead-letters.ts';
import { QUEUE_SERVICES } from '../topology.ts';
import { CommandRefused, type CommandContext } from './command.ts';

/** Letters told of one service. */
const TOLD_MAX = 100;
/** How long a running platform is given to send letters back while one looks on. */
const LOOK_ON_MS = 5_000;
const BY = 'command line';

const USAGE = `npm run dead-letters                           lists those that wait
npm run dead-letters -- SERVICE                those of one service, in full
npm run dead-letters -- replay SERVICE [ID …]  returns them (all, or those named) to the queue they came from
npm run dead-letters -- discard SERVICE [ID …] discards them (all, or those named)
Services: ${QUEUE_SERVICES.join(', ')}`;

const ACTIONS = ['replay', 'discard'] as const;
type Action = (typeof ACTIONS)[number];

/** Looks at messages that could not be handled, sends them back to where they came from, or discards them. */
export async function handleDeadLetters(context: CommandContext): Promise<void> {
  const { settings, print } = context;
  const { action, service, ids } = readArguments(context.args);
  const database = await openData(settings, { poolMax: 1, applicationName: 'orrery-cli' });
  try {
    await migrate(database, [gatewayMigrations, deadLettersMigrations]);
    const desk = openDesk(database, settings);
    if (action !== undefined && service !== undefined) {
      await createAuditTrail(database, uuidv7).record({
        by: BY,
        action: `dead-letter.${action}`,
        subject: { kind: 'service', id: service },
        ...(ids.length === 0 ? {} : { detail: { ids } }),
      });
    }
    if (service === undefined || action === undefined) await tell(desk, service, print);
    else if (action === 'discard') await discard(desk, service, ids, print);
    else await replay(desk, service, ids, settings.databaseUrl !== undefined, print);
  } finally {
    await database.close();
  }
}

function readArguments(args: readonly string[]): {
  readonly action: Action | undefined;
  readonly service: string | undefined;
  readonly ids: readonly string[];
} {
  const action = ACTIONS.find((known) => known === args[0]);
  const [service, ...ids] = action === undefined ? args : args.slice(1);
  const isWrong =
    (action !== undefined && service === undefined) ||
    (action === undefined && ids.length > 0) ||
    (service !== undefined && !QUEUE_SERVICES.includes(service));
  if (isWrong) throw new CommandRefused(USAGE);
  return { action, service, ids };
}

async function tell(
  desk: DeadLetterDesk,
  only: string | undefined,
  print: CommandContext['print'],
): Promise<void> {
  const waiting = await desk.store.waiting();
  for (const service of only === undefined ? QUEUE_SERVICES : [only]) {
    print(`${service}: ${String(waiting.get(service) ?? 0)}`);
    const { items, nextCursor } = await desk.store.list({ service, state: 'waiting', limit: TOLD_MAX });
    for (const letter of items) {
      print(only === undefined ? line(letter) : JSON.stringify(await desk.store.find(letter.id), null, 2));
    }
    if (nextCursor !== null) print(`  … the latest ${String(TOLD_MAX)} are shown`);
  }
}

function line({ id, diedAt, queue, attempts, code, reason }: LetterSummary): string {
  return `  ${id}  ${diedAt}  ${queue}  ${String(attempts)} attempts  ${code}: ${reason}`;
}

async function discard(
  desk: DeadLetterDesk,
  service: string,
  ids: readonly string[],
  print: CommandContext['print'],
): Promise<void> {
  const count = await refuseNothing(desk.discard(choice(service, ids), { by: BY, reason: BY }));
  print(`${String(count)} of ${service} discarded.`);
}

/** The letters are stored as on their way back; a process that runs sends them, or the next one that starts. */
async function replay(
  desk: DeadLetterDesk,
  service: string,
  ids: readonly string[],
  mayRun: boolean,
  print: CommandContext['print'],
): Promise<void> {
  const asked = { by: BY, reason: BY, ratePerSecond: RATE_PER_SECOND.usual };
  const { id, total } = await refuseNothing(desk.replayMany(choice(service, ids), asked));
  for (const deadline = Date.now() + LOOK_ON_MS; mayRun && Date.now() < deadline;) {
    const state = await desk.store.findReplay(id);
    if (state !== undefined && state.finishedAt !== null) {
      const refused =
        state.returned === 0 ? '' : ` ${String(state.returned)} can't go back: see their refusal.`;
      print(`${String(state.replayed)} returned to ${service}.${refused}`);
      return;
    }
    await delay(100);
  }
  print(`${String(total)} on the way back to ${service}: the platform sends them while it runs.`);
}

function choice(service: string, ids: readonly string[]) {
  return ids.length === 0 ? { service } : { service, ids };
}

async function refuseNothing<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (error instanceof OrreryError && error.code === 'nothing_waiting')
      throw new CommandRefused(error.message);
    throw error;
  });
}

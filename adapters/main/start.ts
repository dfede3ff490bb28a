import { pino } from 'pino';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import { takeDemoAway } from './demo/take-away.ts';
import { readEnvFile } from './env-file.ts';
import { listenProblem } from './listen-problem.ts';
import { type Platform, startPlatform } from './platform.ts';
import { readStartArguments, type StartWishes } from './start-arguments.ts';
import { startWarnings } from './start-warnings.ts';
import { loadSettings, type Settings } from './settings.ts';

/**
 * `npm start`: reads the settings, starts what they name, says where it is and how to stop it, and stops cleanly on
 * Ctrl-C and SIGTERM. Exit code 0 after a clean stop, 1 when it could not start, 2 for wrong settings or arguments.
 */
const STOP_MS_MAX = 20_000;

async function main(): Promise<void> {
  const { wishes, settings } = givenOrExit();
  const logger = pino({ level: settings.logLevel, base: { services: settings.services.join(',') } });
  for (const line of startWarnings(settings)) logger.warn(line);
  let platform: Platform;
  try {
    platform = await startPlatform(settings, logger);
  } catch (error) {
    console.error(startFailure(error, settings));
    process.exit(1);
  }
  const ending = new AbortController();
  const stop = (): void => {
    ending.abort();
    void stopCleanly(platform);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (!wishes.removeDemo) console.log(greeting(platform));
  await heedWishes(platform, wishes, () => ending.signal.aborted);
  if (wishes.removeDemo && !ending.signal.aborted) await stopCleanly(platform, process.exitCode);
}

/** Arguments first: a wrong one is told even where the settings are wrong, too. */
function givenOrExit(): { readonly wishes: StartWishes; readonly settings: Settings } {
  try {
    const wishes = readStartArguments(process.argv.slice(2));
    readEnvFile();
    const settings = loadSettings(process.env);
    // Nobody is to come while the demo is taken away, and a platform that runs may have the port.
    return { wishes, settings: wishes.removeDemo ? { ...settings, port: 0 } : settings };
  } catch (error) {
    console.error(errorMessage(error));
    process.exit(2);
  }
}

/** Resolves with what to tell about the demo; exits when what was asked for can't be done. */
async function heedWishes({ demo }: Platform, wishes: StartWishes, stopped: () => boolean): Promise<void> {
  if (wishes.demo === undefined && !wishes.removeDemo) return;
  try {
    if (demo === undefined)
      throw new OrreryError('no_gateway', 'a demo needs a process with gateway in SERVICES');
    if (wishes.removeDemo)
      await takeDemoAway(
        demo,
        (line) => {
          console.log(line);
        },
        { stopped },
      );
    else if (wishes.demo !== undefined) {
      const { ordersPerMinute } = await demo.start(wishes.demo, 'npm start');
      console.log(
        `  demo      about ${String(ordersPerMinute)} orders a minute; stopped and removed on /admin/demo\n`,
      );
    }
  } catch (error) {
    console.error(`The demo: ${errorMessage(error)}.`);
    process.exitCode = 1;
  }
}

async function stopCleanly(platform: Platform, exitCode: typeof process.exitCode = 0): Promise<void> {
  console.log('Stopping: finishing what was taken in …');
  const hurry = setTimeout(() => {
    console.error('Stopping took too long; nothing is lost, the rest goes on with the next start.');
    process.exit(1);
  }, STOP_MS_MAX);
  hurry.unref();
  process.once('SIGINT', () => process.exit(130));
  await platform.stop();
  console.log('Stopped.');
  process.exit(exitCode);
}

function greeting({ url, admin, names, services }: Platform): string {
  const lines = [
    '',
    `  Orrery is up${url === undefined ? '' : `: ${url}`}`,
    `  services  ${services.join(', ')}`,
    `  stack     database ${names.database} · broker ${names.broker} · short-lived state ${names.transient}`,
  ];
  if (admin?.password !== undefined) {
    lines.push(
      `  admin     ${admin.email} · password ${admin.password} (shown once; npm run admin:reset makes a new one)`,
    );
  }
  lines.push('  stop      Ctrl-C', '');
  return lines.join('\n');
}

function startFailure(error: unknown, { port, host }: Settings): string {
  const problem = listenProblem(error, host, port);
  if (problem !== undefined) return problem;
  if (error instanceof OrreryError) return `Orrery can't start: ${error.message}`;
  return `Orrery can't start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

await main();

import { pino } from 'pino';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import { readEnvFile } from './env-file.ts';
import { listenProblem } from './listen-problem.ts';
import { type Platform, startPlatform } from './platform.ts';
import { startWarnings } from './start-warnings.ts';
import { loadSettings, type Settings } from './settings.ts';

/**
 * `npm start`: reads the settings, starts what they name, says where it is and how to stop it, and stops cleanly on
 * Ctrl-C and SIGTERM. Exit code 0 after a clean stop, 1 when it could not start, 2 for wrong settings or arguments.
 */
const STOP_MS_MAX = 20_000;

async function main(): Promise<void> {
  const settings = settingsOrExit();
  const logger = pino({ level: settings.logLevel, base: { services: settings.services.join(',') } });
  for (const line of startWarnings(settings)) logger.warn(line);
  let platform: Platform;
  try {
    platform = await startPlatform(settings, logger);
  } catch (error) {
    console.error(startFailure(error, settings));
    process.exit(1);
  }
  const stop = (): void => {
    void stopCleanly(platform);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(greeting(platform));
}

function settingsOrExit(): Settings {
  const unknown = process.argv.slice(2);
  if (unknown.length > 0) {
    console.error(
      `Unknown argument ${unknown.join(' ')}. Settings are environment variables; see .env.example.`,
    );
    process.exit(2);
  }
  try {
    readEnvFile();
    return loadSettings(process.env);
  } catch (error) {
    console.error(errorMessage(error));
    process.exit(2);
  }
}

async function stopCleanly(platform: Platform): Promise<void> {
  console.log('Stopping: finishing what was taken in …');
  const hurry = setTimeout(() => {
    console.error('Stopping took too long; nothing is lost, the rest goes on with the next start.');
    process.exit(1);
  }, STOP_MS_MAX);
  hurry.unref();
  process.once('SIGINT', () => process.exit(130));
  await platform.stop();
  console.log('Stopped.');
  process.exit(0);
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

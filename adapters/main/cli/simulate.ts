import process from 'node:process';
import { errorMessage, OrreryError } from '../../../core/kernel/errors.ts';
import { runSimulation } from '../simulation/command.ts';

// A timeline is long, and whoever reads its beginning closes the pipe.
process.stdout.on('error', () => {
  process.exit(0);
});

/** Exit code 0: nothing wrong was found; 1: something was; 2: what was asked for makes no sense. */
try {
  process.exitCode = await runSimulation(process.argv.slice(2), (text) => process.stdout.write(text));
} catch (error) {
  process.stderr.write(
    `${error instanceof OrreryError ? errorMessage(error) : String((error as Error).stack)}\n`,
  );
  process.exitCode = 2;
}

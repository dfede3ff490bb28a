import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { OrreryError } from '../../../core/kernel/errors.ts';
import { readEnvFile } from '../env-file.ts';
import { loadSettings, type Settings } from '../settings.ts';

/** The operator said no, or what was asked can't be done; the text says why. */
export class CommandRefused extends OrreryError {
  constructor(message: string) {
    super('command_refused', message);
  }
}

/** What a command of the operator works with. */
export interface CommandContext {
  readonly settings: Settings;
  /** What stands behind `--`, flags included. */
  readonly args: readonly string[];
  readonly print: (line: string) => void;
  /** Resolves when the operator agrees (or has said `--yes`), else rejects with CommandRefused. */
  readonly confirm: (question: string) => Promise<void>;
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} [yes/no] `)).trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

/** A context of the process's own environment and terminal. */
function processContext(): CommandContext {
  readEnvFile();
  const args = process.argv.slice(2);
  return {
    settings: loadSettings(process.env),
    args,
    print: (line) => {
      process.stdout.write(`${line}\n`);
    },
    confirm: async (question) => {
      if (args.includes('--yes')) return;
      if (!process.stdin.isTTY)
        throw new CommandRefused(`${question} There is nobody to ask: say so with -- --yes`);
      if (!(await ask(question))) throw new CommandRefused('Nothing was changed.');
    },
  };
}

/** Runs a command as the process: what it refuses is told in plain lines, and the exit code is 1. */
export async function runCommand(command: (context: CommandContext) => Promise<void>): Promise<void> {
  try {
    await command(processContext());
  } catch (error) {
    process.stderr.write(
      `${error instanceof OrreryError ? error.message : String((error as Error).stack)}\n`,
    );
    process.exitCode = 1;
  }
}

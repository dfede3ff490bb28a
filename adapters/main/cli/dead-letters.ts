import { runCommand } from './command.ts';
import { handleDeadLetters } from './handle-dead-letters.ts';

await runCommand(handleDeadLetters);

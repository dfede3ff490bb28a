import { backUpData } from './back-up-data.ts';
import { runCommand } from './command.ts';

await runCommand((context) => backUpData(context));

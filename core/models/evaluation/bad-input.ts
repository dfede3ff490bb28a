import { OrreryError } from '../../kernel/errors.ts';

/** What was given to a model can't be used; the message names the line, column or option that is wrong. */
export class BadInput extends OrreryError {
  constructor(message: string) {
    super('bad_input', message);
  }
}

/** A cell that can't be used. Lines count from 1, the header's being line 1. */
export function badCell(line: number, column: string, message: string): BadInput {
  return new BadInput(`line ${String(line)}, column ${column}: ${message}`);
}

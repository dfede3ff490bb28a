import type { z } from 'zod';
import { z as schema } from 'zod';
import { type Period, PERIOD_FORMS, periodOf } from '../periods.ts';
import type { Action, AnswerLink, AnswerTable, Sources, ToolDeclaration } from '../ports.ts';

/** What a tool found: sentences for people, and the same as data for a language model. */
export interface Found {
  readonly text: string;
  readonly table?: AnswerTable;
  readonly links?: readonly AnswerLink[];
  readonly data: unknown;
}

/** What a tool proposes to do: nothing has been done. */
export interface Wish {
  readonly action: Action;
  readonly text: string;
}

/** What is wrong with the arguments, in words for people. */
export class Unanswerable extends Error {}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: z.ZodType;
  /** Whether it proposes an action instead of reading. */
  readonly proposes: boolean;
  /** Throws Unanswerable. */
  run(given: unknown, sources: Sources, nowMs: number): Promise<Found | Wish>;
}

/** A tool that reads; its arguments are checked before it runs. */
export function reading<Shape extends z.ZodType>(
  name: string,
  description: string,
  parameters: Shape,
  read: (given: z.output<Shape>, sources: Sources, nowMs: number) => Promise<Found>,
): Tool {
  return tool(name, description, parameters, false, read);
}

/** A tool that proposes an action; it reads what it needs to say what would happen. */
export function proposing<Shape extends z.ZodType>(
  name: string,
  description: string,
  parameters: Shape,
  propose: (given: z.output<Shape>, sources: Sources) => Promise<Wish>,
): Tool {
  return tool(name, description, parameters, true, propose);
}

function tool<Shape extends z.ZodType>(
  name: string,
  description: string,
  parameters: Shape,
  proposes: boolean,
  act: (given: z.output<Shape>, sources: Sources, nowMs: number) => Promise<Found | Wish>,
): Tool {
  return {
    name,
    description,
    parameters,
    proposes,
    async run(given, sources, nowMs) {
      const checked = parameters.safeParse(given);
      if (!checked.success) {
        const [issue] = checked.error.issues;
        throw new Unanswerable(
          `${issue?.path.join('.') ?? 'arguments'}: ${issue?.message ?? 'not understood'}`,
        );
      }
      return act(checked.data, sources, nowMs);
    },
  };
}

/** As a language model is told of a tool. */
export function declarationOf({ name, description, parameters }: Tool): ToolDeclaration {
  const {
    $schema: _dialect,
    additionalProperties: _others,
    ...rest
  } = schema.toJSONSchema(parameters, {
    io: 'input',
  });
  return { name, description, parameters: rest };
}

export const period = schema.string().max(40).describe(`A span of time: ${PERIOD_FORMS}`);

/** Throws Unanswerable. */
export function periodNamed(name: string, nowMs: number): Period {
  const found = periodOf(name, nowMs);
  if (found === undefined) throw new Unanswerable(`"${name}" is no time I know: try ${PERIOD_FORMS}`);
  return found;
}

export const limit = (fallback: number) => schema.int().min(1).max(50).default(fallback);

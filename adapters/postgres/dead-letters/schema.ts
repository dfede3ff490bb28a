import type { SchemaMigrations } from '../database.ts';

/** Dead letters of the embedded stack, whose broker forgets; RabbitMQ keeps its own. */
export const deadLettersMigrations: SchemaMigrations = {
  schema: 'dead_letters',
  steps: [
    {
      name: 'letters',
      sql: `create table letter (
        service text collate "C" not null,
        id text collate "C" not null,
        letter jsonb not null,
        primary key (service, id)
      )`,
    },
  ],
};

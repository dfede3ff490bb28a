import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import t from 'tap';

const ROOT = process.cwd();

/** Each rule with a file that breaks it. */
const BROKEN: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['kernel-alone', 'core/kernel/a.ts', "import '../messages/z.ts';"],
  ['kernel-alone', 'core/kernel/b.ts', "import 'lru-cache';"],
  ['messages-on-kernel', 'core/messages/a.ts', "import '../engine/z.ts';"],
  ['engine-on-kernel', 'core/engine/a.ts', "import '../messages/z.ts';"],
  ['engine-on-kernel', 'core/engine/b.ts', "import 'zod';"],
  [
    'engine-on-kernel',
    'core/engine/d.ts',
    "import type { Z } from '../services/orders/ports.ts'; export type A = Z;",
  ],
  ['models-on-kernel', 'core/models/churn/a.ts', "import '../../messages/z.ts';"],
  ['services-apart', 'core/services/carts/a.ts', "import '../orders/z.ts';"],
  ['ports-are-types', 'core/services/carts/b.ts', "import { z } from '../orders/ports.ts'; z();"],
  ['services-on-core', 'core/services/carts/d.ts', "import 'lru-cache';"],
  ['services-on-core', 'core/services/carts/e.ts', "import '../../../sagas/order/z.ts';"],
  ['sagas-on-core', 'sagas/order/a.ts', "import '../../core/services/orders/z.ts';"],
  ['core-never-out', 'core/services/carts/f.ts', "import '../../../adapters/redis/z.ts';"],
  ['core-never-out', 'core/services/carts/f.test.ts', "import '../../../adapters/redis/z.ts';"],
  ['core-never-out', 'sagas/order/b.ts', "import '../../adapters/redis/z.ts';"],
  ['core-without-platform', 'core/engine/c.ts', "import 'node:crypto';"],
  ['core-without-platform', 'sagas/order/c.ts', "import 'node:timers';"],
  ['adapters-apart', 'adapters/redis/a.ts', "import '../postgres/z.ts';"],
  ['adapters-apart', 'adapters/http/a.ts', "import type { Z } from '../postgres/z.ts'; export type A = Z;"],
  ['embedded-on-postgres', 'adapters/embedded/a.ts', "import '../redis/z.ts';"],
  ['adapters-without-sagas', 'adapters/http/b.ts', "import '../../sagas/order/z.ts';"],
  ['nothing-on-main', 'adapters/redis/b.ts', "import '../main/start.ts';"],
  ['tests-stay-out', 'adapters/redis/c.ts', "import './z.test.ts';"],
  ['tests-stay-out', 'adapters/redis/d.ts', "import '../contracts/z.ts';"],
  ['ui-types-only', 'ui/a.ts', "import { z } from '../core/messages/z.ts'; z();"],
  ['ui-apart', 'ui/b.ts', "import type { Z } from '../adapters/http/z.ts'; export type A = Z;"],
  ['driver-pg', 'adapters/redis/e.ts', "import 'pg';"],
  ['driver-amqplib', 'adapters/redis/f.ts', "import 'amqplib';"],
  ['driver-redis', 'adapters/http/c.ts', "import 'ioredis';"],
  ['driver-embedded', 'adapters/rabbitmq/a.ts', "import 'smqp';"],
  ['driver-http', 'adapters/redis/g.ts', "import '@fastify/static';"],
  ['driver-smtp', 'adapters/redis/h.ts', "import 'nodemailer';"],
  ['driver-elk', 'adapters/redis/o.ts', "import 'elkjs';"],
  ['driver-gemini', 'adapters/redis/i.ts', "import '@google/generative-ai';"],
  ['driver-stripe', 'adapters/http/d.ts', "import 'stripe';"],
  ['driver-otel', 'adapters/redis/p.ts', "import '@opentelemetry/api';"],
  ['declared', 'adapters/redis/j.ts', "import 'tap-parser';"],
  ['production-packages', 'adapters/redis/k.ts', "import 'oxlint';"],
  ['resolved', 'adapters/redis/l.ts', "import './nowhere.ts';"],
  ['no-circles', 'adapters/redis/m.ts', "import './n.ts';"],
  ['in-use', 'adapters/redis/unused.ts', 'export const unused = 1;'],
];

/** What the layers allow, in one file each. */
const ALLOWED: Readonly<Record<string, string>> = {
  'adapters/redis/n.ts': "import './m.ts';",
  'adapters/redis/z.test.ts':
    "import t from 'tap'; import '../postgres/z.ts'; import '../contracts/z.ts'; t.end();",
  'adapters/contracts/z.ts': 'export const z = (): void => undefined;',
  'adapters/embedded/z.ts': "import '../postgres/z.ts'; import 'smqp'; import 'pg';",
  'adapters/http/z.ts': "import 'fastify'; import '../../core/services/orders/z.ts'; export type Z = 1;",
  'adapters/postgres/z.ts':
    "import 'pg'; import 'node:fs'; import '../../core/engine/z.ts'; export type Z = 1;",
  'adapters/redis/z.ts': "import 'ioredis';",
  'adapters/main/start.ts':
    "import '../redis/z.ts'; import '../embedded/z.ts'; import '../http/z.ts'; import '../../sagas/order/z.ts'; import '../../core/services/inventory/z.ts';",
  'core/kernel/z.ts': "import 'zod'; export const z = (): void => undefined;",
  'core/messages/z.ts':
    "import 'zod'; import '../kernel/z.ts'; export const z = (): void => undefined; export type Z = 1;",
  'core/engine/z.ts': "import 'xstate'; import '../kernel/z.ts';",
  'core/services/orders/ports.ts': 'export const z = (): void => undefined; export type Z = 1;',
  'core/services/orders/z.ts': "import './ports.ts'; import '../../messages/z.ts';",
  'core/services/transient.ts': 'export type Z = 1;',
  'core/services/inventory/z.ts':
    "import type { Z } from '../orders/ports.ts'; import '../transient.ts'; export type A = Z;",
  'sagas/order/z.ts': "import 'xstate'; import '../../core/messages/z.ts'; import '../../core/engine/z.ts';",
  'ui/z.ts': "import type { Z } from '../core/messages/z.ts'; export type A = Z;",
};

interface Config {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions;
}

const config = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as Config;

/** The names of the rules that each file breaks. */
async function verdicts(files: ReadonlyMap<string, string>): Promise<Map<string, string[]>> {
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.build', 'imports-'));
  try {
    for (const [path, source] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    // Its own folder is the repository; packages are found above it, as they are by Node.
    const { tsConfig: _, ...options } = config.options;
    const { output } = await cruise(['core', 'sagas', 'adapters', 'ui'], {
      ...options,
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: config.forbidden },
    });
    const broken = new Map<string, string[]>();
    for (const { from, to, rule } of (output as ICruiseResult).summary.violations) {
      const file = rule.name === 'in-use' ? to : from;
      broken.set(file, [...(broken.get(file) ?? []), rule.name]);
    }
    return broken;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

t.test('every rule of who may import whom bites, and what the layers allow passes', async (t) => {
  const files = new Map(Object.entries(ALLOWED));
  for (const [, file, source] of BROKEN) files.set(file, source);
  const broken = await verdicts(files);
  for (const [rule, file, source] of BROKEN) {
    t.ok(broken.get(file)?.includes(rule), `${rule} forbids ${file}: ${source}`, { told: broken.get(file) });
  }
  for (const file of Object.keys(ALLOWED)) {
    const circle = file === 'adapters/redis/n.ts';
    const told = (broken.get(file) ?? []).filter(
      (rule) => !circle || (rule !== 'no-circles' && rule !== 'in-use'),
    );
    t.same(told, [], `${file} is allowed`);
  }
});

t.test('every rule has a file here that breaks it', (t) => {
  const proved = new Set(BROKEN.map(([rule]) => rule));
  const rules = config.forbidden.map(({ name }) => String(name));
  t.same(
    rules.filter((name) => !proved.has(name)),
    [],
  );
  t.end();
});

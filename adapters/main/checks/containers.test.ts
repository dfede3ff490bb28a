import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadSettings, SERVICE_NAMES, settingsSchema } from '../settings.ts';

/** What is used here of the Compose file format (compose-spec), strictly: a name that is not known is a mistake. */
const healthcheck = z.strictObject({
  disable: z.literal(true).optional(),
  test: z.array(z.string()).min(2).optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  retries: z.int().optional(),
});
const service = z.strictObject({
  build: z.string().optional(),
  image: z.string(),
  init: z.boolean().optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z.string().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  healthcheck: healthcheck.optional(),
  hostname: z.string().optional(),
  command: z.array(z.string()).optional(),
  shm_size: z.string().optional(),
});
const composeSchema = z.object({
  name: z.literal('orrery'),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

const compose = composeSchema.parse(parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }));
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const dockerfile = readFileSync('Dockerfile', 'utf8');

/** Variables with their defaults put in, as Compose does. */
function substituted(value: string | number): string {
  return String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

t.test('the processes have settings that start, and together run every service', (t) => {
  const run: string[] = [];
  for (const [name, { environment = {} }] of ours) {
    const unknown = Object.keys(environment).filter((key) => !(key in settingsSchema.shape));
    t.same(unknown, [], `${name} is given settings only`);
    const settings = loadSettings(
      Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, substituted(value)])),
    );
    t.ok(settings.databaseUrl && settings.amqpUrl && settings.redisUrl, `${name} is on the shared services`);
    run.push(...settings.services);
  }
  t.same([...new Set(run)].sort(), [...SERVICE_NAMES].sort());
  t.same(ours.map(([name]) => name).sort(), ['gateway', 'worker-1', 'worker-2']);
  t.end();
});

t.test('processes wait for healthy services, and each of these says when it is', (t) => {
  for (const [name, { depends_on: needs = {} }] of ours) {
    t.same(Object.keys(needs).sort(), ['postgres', 'rabbitmq', 'redis'], name);
    for (const need of Object.keys(needs))
      t.ok(compose.services[need]?.healthcheck?.test, `${need} has a health check`);
  }
  t.end();
});

t.test('addresses in settings are services of the file', (t) => {
  for (const [name, { environment = {} }] of ours) {
    for (const key of ['DATABASE_URL', 'AMQP_URL', 'REDIS_URL']) {
      const { hostname } = new URL(substituted(environment[key] ?? ''));
      t.ok(hostname in compose.services, `${name}: ${key} names ${hostname}`);
    }
  }
  t.end();
});

t.test('what is mounted exists, and what is kept is declared', (t) => {
  const named = new Set<string>();
  for (const [name, { volumes = [] }] of services) {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) t.ok(existsSync(source), `${name} mounts ${source}`);
      else named.add(source);
    }
  }
  t.same([...named].sort(), Object.keys(compose.volumes).sort());
  t.end();
});

t.test('nothing but the gateway and the management pages can be reached, and from this machine only', (t) => {
  const ports = services.flatMap(([, { ports: each = [] }]) => each);
  t.same(ports, ['127.0.0.1:8000:8000', '127.0.0.1:15672:15672']);
  t.end();
});

t.test('the image runs what npm start runs, not as root, with settings that exist', (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
  t.equal((JSON.parse(command) as string[]).join(' '), scripts['start']);
  t.match(dockerfile, /^USER node$/m);
  t.match(dockerfile, /^HEALTHCHECK /m);
  const environment = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? '';
  for (const [, name = ''] of environment.matchAll(/(\w+)=/g)) {
    t.ok(name === 'NODE_ENV' || name in settingsSchema.shape, `${name} is a setting`);
  }
  t.end();
});

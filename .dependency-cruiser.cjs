/**
 * Who may import whom. The layers, from the inside out:
 *
 *   core/kernel ← core/messages ← core/engine ← core/services/X, sagas ← adapters/X ← adapters/main
 *   core/kernel ← core/models ← core/services/intelligence
 *
 * Tests follow the same layers, except that they may use the contract suites and what is made for tests.
 * adapters/main/checks/imports.test.ts proves that every rule bites.
 */

/** A path that is a test or made for tests. */
const TEST = '(\\.test\\.tsx?$|testing|-(child|world)\\.ts$|^adapters/(browser|contracts)/)';

/** Parts of models that their tests use and the platform does not: whoever serves one takes it off. */
const NOT_SERVED_YET = '^core/models/forecast/uplift\\.ts$';

/** `npm('zod')`: the package as it is resolved, wherever node_modules lies. */
const npm = (...names) => names.map((name) => `(^|/)node_modules/${name}/`).join('|');

/** Packages that speak to the world, each with the only folder that may use it. */
const DRIVERS = [
  ['pg', '(postgres|embedded)', ['pg', 'pg-[a-z-]+', '@types/pg']],
  ['amqplib', 'rabbitmq', ['amqplib']],
  ['redis', 'redis', ['ioredis']],
  ['embedded', 'embedded', ['@electric-sql/pglite', 'smqp']],
  ['http', 'http', ['fastify', '@fastify/[a-z-]+', 'fastify-type-provider-zod']],
  ['smtp', 'smtp', ['nodemailer']],
  ['elk', 'elk', ['elkjs']],
  ['gemini', 'gemini', ['@google/generative-ai']],
  ['stripe', 'stripe', ['stripe']],
  ['otel', 'otel', ['@opentelemetry/[a-z-]+']],
];

/** Packages whose functions are pure enough for the core. */
const CORE_PACKAGES = { kernel: ['zod'], messages: ['zod'], engine: ['xstate', 'lru-cache'] };

const layer = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    layer(
      'kernel-alone',
      'core/kernel imports itself and zod, nothing else.',
      { path: '^core/kernel/', pathNot: TEST },
      { pathNot: ['^core/kernel/', npm(...CORE_PACKAGES.kernel)] },
    ),
    layer(
      'messages-on-kernel',
      'core/messages imports the kernel and zod.',
      { path: '^core/messages/', pathNot: TEST },
      { pathNot: ['^core/(kernel|messages)/', npm(...CORE_PACKAGES.messages)] },
    ),
    layer(
      'engine-on-kernel',
      'core/engine knows no domain: it imports the kernel, XState and its cache.',
      { path: '^core/engine/', pathNot: TEST },
      { pathNot: ['^core/(kernel|engine)/', npm(...CORE_PACKAGES.engine)] },
    ),
    layer(
      'models-on-kernel',
      'core/models turns numbers into numbers: it imports the kernel and zod.',
      { path: '^core/models/', pathNot: TEST },
      { pathNot: ['^core/(kernel|models)/', npm('zod')] },
    ),
    layer(
      'services-apart',
      "A service imports no other service's folder, except the types in its ports.ts.",
      { path: '^core/services/([^/]+)/' },
      {
        path: '^core/services/[^/]+/',
        pathNot: ['^core/services/$1/', '^core/services/[^/]+/ports\\.ts$'],
      },
    ),
    layer(
      'ports-are-types',
      "Of another service's ports.ts only types are used.",
      { path: '^core/services/([^/]+)/', pathNot: TEST },
      {
        path: '^core/services/[^/]+/ports\\.ts$',
        pathNot: '^core/services/$1/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    layer(
      'services-on-core',
      'core/services is pure: it imports the core, no saga and no package but zod.',
      { path: '^core/services/', pathNot: TEST },
      { pathNot: ['^core/', npm('zod')] },
    ),
    layer(
      'sagas-on-core',
      'A saga imports kernel, messages, engine types and XState.',
      { path: '^sagas/', pathNot: TEST },
      { pathNot: ['^sagas/', '^core/(kernel|messages|engine)/', npm('xstate', 'zod')] },
    ),
    layer(
      'core-never-out',
      'The core and the sagas import no adapter, not even in tests, contract suites aside.',
      { path: '^(core|sagas)/' },
      { path: '^(adapters|ui|benchmarks)/', pathNot: TEST },
    ),
    layer(
      'core-without-platform',
      'No module of Node in the core and the sagas: no clock, no randomness, no files.',
      { path: '^(core|sagas)/', pathNot: TEST },
      { dependencyTypes: ['core'] },
    ),
    layer(
      'adapters-apart',
      'An adapter imports no other adapter.',
      { path: '^adapters/([^/]+)/', pathNot: [TEST, '^adapters/(main|embedded)/'] },
      { path: '^adapters/[^/]+/', pathNot: ['^adapters/$1/'] },
    ),
    layer(
      'embedded-on-postgres',
      "The embedded stack is Postgres in process: it uses Postgres' SQL, and no other adapter.",
      { path: '^adapters/embedded/', pathNot: TEST },
      { path: '^adapters/', pathNot: '^adapters/(embedded|postgres)/' },
    ),
    layer(
      'adapters-without-sagas',
      'Only the composition root brings the sagas in.',
      { path: '^adapters/', pathNot: [TEST, '^adapters/(main|simulated)/'] },
      { path: '^sagas/' },
    ),
    layer(
      'nothing-on-main',
      'The composition roots are imported by nobody but each other and the benchmarks.',
      { path: '^(core|sagas|adapters|ui)/', pathNot: ['^adapters/main/', TEST] },
      { path: '^adapters/main/' },
    ),
    layer(
      'tests-stay-out',
      'What runs in production imports nothing that is made for tests.',
      { path: '^(core|sagas|adapters|ui|benchmarks)/', pathNot: TEST },
      { path: TEST, pathNot: 'node_modules' },
    ),
    layer(
      'ui-types-only',
      'The UI takes types of the core, nothing that runs, and nothing else of the server.',
      { path: '^ui/', pathNot: TEST },
      { path: '^core/', dependencyTypesNot: ['type-only'] },
    ),
    layer(
      'ui-apart',
      'The UI imports no adapter, saga or benchmark.',
      { path: '^ui/', pathNot: TEST },
      { path: '^(adapters|sagas|benchmarks)/' },
    ),
    ...DRIVERS.map(([name, folder, packages]) =>
      layer(
        `driver-${name}`,
        `${packages[0]} is used in adapters/${folder} only.`,
        { path: '^(core|sagas|adapters|ui)/', pathNot: [`^adapters/${folder}/`, '^adapters/main/', TEST] },
        { path: npm(...packages) },
      ),
    ),
    layer(
      'declared',
      'Every package used is in package.json.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    ),
    layer(
      'production-packages',
      'What runs in production uses no package that is only there for development.',
      { path: '^(core|sagas|adapters)/', pathNot: [TEST, '^adapters/main/checks/'] },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '(^|/)node_modules/@types/',
      },
    ),
    layer('resolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
    layer('no-circles', 'No module imports itself in the end.', {}, { circular: true }),
    layer(
      'in-use',
      'What the platform never reaches from its composition roots is dead; the simulated world is for tests. What models offer and nothing serves yet is named.',
      { path: '^(adapters/main|benchmarks)/' },
      {
        path: '^(core|sagas|adapters)/',
        pathNot: [TEST, '^adapters/(main|simulated)/', NOT_SERVED_YET],
        reachable: false,
      },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['^dist/', '^benchmarks/peers/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts'],
    },
  },
};

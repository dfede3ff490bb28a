/**
 * Makes a clone ready to run: checks Node, installs the packages, builds. What is already done is not done again.
 *
 *   node adapters/main/prepare.mjs            everything
 *   node adapters/main/prepare.mjs --install  all but the build
 *
 * Written in old JavaScript on purpose: a Node that is too old must get far enough to say so.
 */
import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const NODE_OLDEST = [20, 19];

const SERVER_SOURCES = ['core', 'sagas', 'adapters', 'benchmarks', 'tsconfig.json', 'package-lock.json'];
const UI_SOURCES = ['ui', 'core', 'package-lock.json'];

function requireNode() {
  const version = process.versions.node.split('.').map(Number);
  if (version[0] > NODE_OLDEST[0] || (version[0] === NODE_OLDEST[0] && version[1] >= NODE_OLDEST[1])) return;
  console.error(
    'Orrery needs Node ' + NODE_OLDEST.join('.') + ' or newer; this is Node ' + process.versions.node + '.',
  );
  process.exit(1);
}

function run(what, command, args) {
  const result = spawnSync(process.execPath, [command].concat(args), { cwd: ROOT, stdio: 'inherit' });
  if (result.status === 0) return;
  console.error(what + ' failed' + (result.error ? ': ' + result.error.message : ' (see above)') + '.');
  process.exit(1);
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Whether what npm says it installed is what the lock file asks for; other platforms' packages are left out. */
function installed() {
  const hidden = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.keys(wanted).every(function (path) {
    if (path === '') return true;
    if (!found[path]) return wanted[path].optional === true;
    return found[path].version === wanted[path].version && existsSync(join(ROOT, path));
  });
}

/** npm's own program: the one that started us, else the one that came with this Node, else the one on the path. */
function npmProgram() {
  const fromNpm = process.env.npm_execpath;
  if (fromNpm && /\.c?js$/.test(fromNpm)) return fromNpm;
  const folder = dirname(process.execPath);
  return [
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].filter(existsSync)[0];
}

function install() {
  const stampPath = join(ROOT, 'node_modules', '.orrery-install');
  const stamp = sha256(
    [readFileSync(join(ROOT, 'package-lock.json')), process.platform, process.arch].join('\n'),
  );
  if (readIfThere(stampPath) === stamp) return;
  if (!installed()) {
    console.log('Installing the packages (a minute or so, once) …');
    const npm = npmProgram();
    if (!npm) {
      console.error('npm was not found; run "npm ci" in this folder, then try again.');
      process.exit(1);
    }
    run('Installing the packages', npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  writeFileSync(stampPath, stamp);
}

function walk(path, visit) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return visit(path, stats);
  readdirSync(path)
    .sort()
    .forEach(function (name) {
      if (name !== 'node_modules') walk(join(path, name), visit);
    });
}

/** Changes when a file is added, removed or written; reading their names, sizes and times is quick. */
function fingerprint(paths) {
  const lines = [];
  paths.forEach(function (path) {
    if (!existsSync(join(ROOT, path))) return;
    walk(join(ROOT, path), function (file, stats) {
      lines.push(file + ' ' + stats.size + ' ' + stats.mtimeMs);
    });
  });
  return sha256(lines.join('\n'));
}

/** Compiled files whose source is gone would still be run and imported. */
function dropOrphans(built, source) {
  if (!existsSync(built)) return;
  walk(built, function (file) {
    const stem = file.replace(/\.js(\.map)?$/, '');
    if (stem === file) return;
    const from = join(source, stem.slice(built.length));
    if (!existsSync(from + '.ts') && !existsSync(from + '.js')) rmSync(file);
  });
}

/** Where each half of the build comes from and how it is made. */
const BUILDS = {
  server: {
    sources: SERVER_SOURCES,
    result: join('dist', 'adapters', 'main'),
    make: function () {
      ['core', 'sagas', 'adapters', 'benchmarks'].forEach(function (folder) {
        dropOrphans(join(ROOT, 'dist', folder), join(ROOT, folder));
      });
      run('Building the server', join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc'), [
        '-p',
        'tsconfig.json',
      ]);
      run(
        'Making the empty database',
        join(ROOT, 'dist', 'adapters', 'main', 'cli', 'make-empty-database.js'),
        [],
      );
    },
  },
  ui: {
    sources: UI_SOURCES,
    result: join('dist', 'ui', 'index.html'),
    make: function () {
      run('Building the UI', join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), [
        'build',
        'ui',
        '--logLevel=warn',
      ]);
    },
  },
};

/** Builds 'server' or 'ui' if it is older than its sources. */
export function build(name) {
  const half = BUILDS[name];
  if (name === 'ui' && !existsSync(join(ROOT, 'ui', 'index.html'))) return;
  const stampPath = join(ROOT, 'dist', '.built-' + name);
  const stamp = fingerprint(half.sources);
  if (readIfThere(stampPath) === stamp && existsSync(join(ROOT, half.result))) return;
  rmSync(stampPath, { force: true });
  console.log('Building the ' + (name === 'ui' ? 'UI' : name) + ' …');
  half.make();
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(stampPath, stamp);
}

const started = process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href;
if (started) {
  requireNode();
  if (process.argv.indexOf('--build-server') > 0) build('server');
  else if (process.argv.indexOf('--build-ui') > 0) build('ui');
  else {
    install();
    if (process.argv.indexOf('--install') < 0) {
      build('server');
      build('ui');
    }
  }
}

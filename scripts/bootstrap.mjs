// Runs with Node 20 and nothing installed: gets the packages, finds Node 24, and hands over to
// scripts/<task>.ts. Quiet when there is nothing to do.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TASKS = ['start', 'check', 'doctor', 'run'];
const NODE_NEEDED = 24;

const root = fileURLToPath(new URL('..', import.meta.url));
const [task, ...rest] = process.argv.slice(2);

if (!TASKS.includes(task)) fail(`Say what to do: ${TASKS.join(', ')}.`);
if (major(process.versions.node) < 20)
  fail(`Node ${process.versions.node} is too old: 20 or later is needed to begin.`);
installPackages();
handOver(findNode());

function major(version) {
  return Number(version.replace(/^v/, '').split('.')[0]);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** `npm ci`, when the packages are missing or belong to another lock file. */
function installPackages() {
  const lockFile = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  const stamp = join(root, 'node_modules', '.lock-hash');
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const current =
    !existsSync(stamp) &&
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
  if (!current) {
    console.log('Installing packages (npm ci): one to three minutes');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    // Nothing depends on install scripts, so none is run.
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const done = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (done.status !== 0) fail('The packages could not be installed; see the lines above.');
  }
  writeFileSync(stamp, hash);
}

/** Node 24 comes as a package where one exists for this machine. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = join(
    root,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    name,
  );
  if (existsSync(packaged)) return packaged;
  if (major(process.versions.node) >= NODE_NEEDED) return process.execPath;
  return fail(
    `Node ${NODE_NEEDED} or later is needed; this is ${process.versions.node}, and no package of it exists for ${process.platform} ${process.arch}. Install it from https://nodejs.org and run this with it.`,
  );
}

/**
 * Runs the task with the signals, streams and exit code of this process. What Node compiles is kept for
 * all its processes: each then starts in half the time and needs a fifth less memory.
 */
function handOver(node) {
  const compiled = join(root, 'node_modules', '.cache', 'compiled');
  const file = task === 'run' ? rest.shift() : join('scripts', `${task}.ts`);
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', file, ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: compiled,
      ...process.env,
      PATH: `${join(node, '..')}:${process.env.PATH}`,
    },
  });
  // A terminal sends Ctrl-C to both, a script to one: the task takes two at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

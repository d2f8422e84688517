// CPU time of one health check: Tandem's core and probes beside keepalived, same servers, same rhythm.
//   node test/bench/health.mjs [--seconds=10] [--servers=500] [--rounds=3]
// Needs root (a network namespace of its own), the build (npm run build), keepalived and cc. Where the
// kernel has no IPVS, keepalived gets a stub of it, so that its checkers run (health-ipvs-stub.c).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const FIRST_PORT = 20_000;
// Long enough for V8 to have compiled what is hot: a director runs for months.
const WARM_UP_MS = { keepalived: 4_000, tandem: 25_000 };
const here = (name) => new URL(name, import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    servers: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    inside: { type: 'boolean', default: false },
  },
});

if (!values.inside) {
  const again = ['-n', process.execPath, ...process.execArgv, here('health.mjs'), '--inside'];
  const { status } = spawnSync('unshare', [...again, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

execFileSync('ip', ['link', 'set', 'lo', 'up']);
const directory = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
const servers = Number(values.servers);
const node = (name, ...parameters) => [process.execPath, [here(name), ...parameters.map(String)]];

const real = spawn(...node('health-servers.mjs', servers, FIRST_PORT), {
  stdio: ['pipe', 'pipe', 'inherit'],
});
await once(real.stdout, 'data');

async function connections() {
  real.stdin.write('?');
  const [text] = await once(real.stdout, 'data');
  return Number(String(text));
}

/** Time on a processor of a process and its descendants, in microseconds (exact, unlike clock ticks). */
function cpuOf(pid) {
  const own = readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    return sum + Number(nanoseconds) / 1_000;
  }, 0);
  return childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), own);
}

function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

async function measure(command, warmUpMs, environment = {}) {
  const child = spawn(...command, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const gone = once(child, 'exit');
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await pause(warmUpMs);
  if (child.exitCode !== null) throw new Error(`${command[0]} ended: ${child.exitCode}`);
  const before = { cpu: cpuOf(child.pid), count: await connections() };
  await pause(Number(values.seconds) * 1_000);
  const checks = (await connections()) - before.count;
  const cpu = cpuOf(child.pid) - before.cpu;
  child.kill('SIGTERM');
  await gone;
  return { checks, perCheck: cpu / checks };
}

function keepalivedConfig(type) {
  const check = {
    TCP_CHECK: 'TCP_CHECK { connect_timeout 2 }',
    HTTP_GET: 'HTTP_GET { url { path /\n status_code 200\n }\n connect_timeout 2\n }',
  }[type];
  const blocks = Array.from(
    { length: servers },
    (_, i) => `real_server 127.0.0.1 ${FIRST_PORT + i} {\n ${check}\n}`,
  );
  const path = join(directory, `${type}.conf`);
  const head = 'delay_loop 1\nwarmup 1\nlvs_sched rr\nlvs_method NAT\nprotocol TCP\n';
  writeFileSync(path, `virtual_server 127.0.0.99 80 {\n${head}${blocks.join('\n')}\n}\n`);
  return path;
}

function ipvsStub() {
  if (existsSync('/proc/net/ip_vs')) return {};
  const path = join(directory, 'stub.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', path, here('health-ipvs-stub.c')]);
  return { LD_PRELOAD: path };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function compare(type) {
  const pids = ['-p', join(directory, 'main.pid'), '-c', join(directory, 'checkers.pid')];
  const parameters = ['-C', '-n', '-f', keepalivedConfig(type), ...pids];
  const stub = ipvsStub();
  const [theirs, ours] = [[], []];
  // In turns, so that whatever else the machine does meets both.
  for (let round = 0; round < Number(values.rounds); round++) {
    theirs.push(await measure(['keepalived', parameters], WARM_UP_MS.keepalived, stub));
    ours.push(
      await measure(node('health-daemon.mjs', type, servers, FIRST_PORT), WARM_UP_MS.tandem),
    );
  }
  const cost = (runs) => median(runs.map(({ perCheck }) => perCheck));
  const text = (runs) => {
    const all = runs.map(({ perCheck }) => perCheck.toFixed(0)).join(' ');
    return `${cost(runs).toFixed(1)} (${all}; ${runs.at(-1).checks} checks)`;
  };
  const ratio = (cost(ours) / cost(theirs)).toFixed(2);
  console.log(`${type}: keepalived ${text(theirs)}, tandem ${text(ours)}, ratio ${ratio}`);
}

try {
  console.log(
    `${servers} servers, a check a second each, ${values.seconds} s; us of CPU per check: median (runs)`,
  );
  await compare('TCP_CHECK');
  await compare('HTTP_GET');
} finally {
  real.kill();
  rmSync(directory, { recursive: true });
}

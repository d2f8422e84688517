// Time and memory to read, check and type a large configuration: Tandem beside keepalived -t on the same file.
//   node test/bench/config.mjs [--rounds=3] [--times=1,10] [--virtual=2300] [--real=37000] [--keep=FILE]
// Uses the build (npm run build). `parse` is the front end alone in a process of its own, start-up of Node not
// counted; `check` the whole `tandem check --offline`, from exec to exit. Memory is the peak resident set.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { largeConfiguration } from './large-configuration.mjs';

const POLL_MS = 2;
const here = (name) => new URL(name, import.meta.url).pathname;
const MAIN = here('../../dist/main.js');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    times: { type: 'string', default: '1,10' },
    virtual: { type: 'string', default: '2300' },
    real: { type: 'string', default: '37000' },
    keep: { type: 'string' },
  },
});

const directory = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
try {
  for (const factor of values.times.split(',').map(Number)) await measure(factor);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measure(factor) {
  const virtual = Number(values.virtual) * factor;
  const real = Number(values.real) * factor;
  const text = largeConfiguration({ virtual, real });
  const file = values.keep ?? join(directory, `large-${factor}.conf`);
  writeFileSync(file, text);
  const lines = text.split('\n').length;
  print(
    `${virtual} virtual servers, ${real} real servers, ${lines} lines, ${megabytes(text.length)} MB`,
  );
  print(`${' '.repeat(22)}${'seconds'.padStart(10)}${'MB'.padStart(10)}`);
  const parse = await best(() => parseAlone(file));
  row('tandem, parse', parse);
  const check = await best(() => run([process.execPath, MAIN, 'check', '--offline', file]));
  row('tandem check', check);
  if (!existsSync('/usr/sbin/keepalived')) {
    print('keepalived is not installed\n');
    return;
  }
  const keepalived = await best(() => run(['/usr/sbin/keepalived', '-t', '-f', file]));
  row('keepalived -t', keepalived);
  const time = (check.seconds / keepalived.seconds).toFixed(2);
  const memory = (check.bytes / keepalived.bytes).toFixed(2);
  print(`tandem check to keepalived: time ${time}, memory ${memory}\n`);
}

/** The median by time of some rounds. */
async function best(once) {
  const all = [];
  for (let i = 0; i < Number(values.rounds); i++) all.push(await once());
  all.sort((a, b) => a.seconds - b.seconds);
  return all[Math.floor(all.length / 2)];
}

/** Runs a command to its end: wall time, peak memory, exit status. */
async function run(command) {
  const start = performance.now();
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  let bytes = 0;
  const poll = setInterval(() => {
    bytes = Math.max(bytes, peakOf(child.pid));
  }, POLL_MS);
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(poll);
  return { seconds: (performance.now() - start) / 1000, bytes, status };
}

/** Peak resident memory of a process so far, 0 when it is gone. */
function peakOf(pid) {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function parseAlone(file) {
  const child = spawn(process.execPath, [here('config-parse.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(output);
}

function row(name, { seconds, bytes, status }) {
  const note = status === 0 ? '' : `  (exit status ${status})`;
  print(
    `${name.padEnd(22)}${seconds.toFixed(2).padStart(10)}${megabytes(bytes).padStart(10)}${note}`,
  );
}

function megabytes(bytes) {
  return (bytes / 1_000_000).toFixed(0);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

if (availableParallelism() < 2) print('one processor: the figures include the measuring');

// What `ipvs.mjs` runs in its guest: measures, and prints a table.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    counter: { type: 'string' },
    sizes: { type: 'string', default: '500x5000,2300x37000' },
    idle: { type: 'string', default: '10' },
    only: { type: 'string', default: 'keepalived,tandem,ipvsadm' },
  },
});
const LIMIT_MS = 240_000;
const SETTLE_MS = 6_000;
const COUNTS = '/run/counts';
const CONFIG = '/run/bench.conf';
const main = new URL('../../dist/main.js', import.meta.url).pathname;
const tandem = (...args) => [process.execPath, main, ...args];

/** Commands of IPVS that read: GET_SERVICE, GET_DEST, GET_DAEMON, GET_CONFIG, GET_INFO. */
const READS = new Set([4, 8, 11, 13, 15]);

const DIRECTORS = {
  keepalived: {
    run: ['keepalived', '-n', '-C', '-l', '-f', CONFIG],
    reload: (child) => child.kill('SIGHUP'),
  },
  tandem: {
    run: tandem('run', '-f', CONFIG),
    reload: () => once(spawn(...commandOf(tandem('reload')), { stdio: 'inherit' }), 'exit'),
  },
};

/** A check that succeeds, and comes so rarely that what is measured is the table. */
const CHECKED_PORT = 9_999;
const RESTING_CHECK = [
  '    TCP_CHECK {',
  '      connect_ip 127.0.0.1',
  `      connect_port ${CHECKED_PORT}`,
  '    }',
];
const checked = createServer((socket) => socket.destroy()).listen(CHECKED_PORT, '127.0.0.1');

for (const size of values.sizes.split(',')) {
  const [virtual, real] = size.split('x').map(Number);
  console.log(`\n${virtual} services, ${real} servers`);
  for (const [name, director] of Object.entries(DIRECTORS)) {
    if (values.only.includes(name)) await measureDirector(name, director, { virtual, real });
  }
  if (values.only.includes('ipvsadm')) measureTools({ virtual, real });
}

checked.close();

async function measureDirector(name, director, size) {
  writeFileSync(CONFIG, configuration(size, 1));
  writeFileSync(COUNTS, Buffer.alloc(256));
  const log = openSync(`/run/${name}.log`, 'w');
  const [program, args] = commandOf(director.run);
  const began = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, LD_PRELOAD: values.counter, TANDEM_BENCH_COUNT: COUNTS },
  });
  closeSync(log);
  const first = await until(() => tableLines() > 0);
  const complete = await until(() => tableLines() >= size.virtual + size.real);
  const cpu = cpuOf(child.pid);
  row(name, 'complete table', {
    'ms from exec': complete - began,
    'ms from the first service': complete - first,
    'CPU ms': cpu,
    ...requests(),
  });
  await pause(SETTLE_MS);
  const idle = Number(values.idle) * 1_000;
  await measure(name, `idle, ${values.idle} s`, child, () => pause(idle));
  await measure(name, 'reload, no change', child, async () => {
    await director.reload(child);
    await pause(SETTLE_MS);
  });
  writeFileSync(CONFIG, configuration(size, 2));
  await measure(name, 'reload, one change', child, async () => {
    const start = performance.now();
    const reloaded = Promise.resolve().then(() => director.reload(child));
    const seen = await until(() => firstWeight() === 2);
    await reloaded;
    const answered = performance.now();
    await pause(SETTLE_MS);
    return { 'ms to the change': seen - start, 'ms to the answer': answered - start };
  });
  row(name, 'memory of all', {
    'MB resident, peak of each': sizeOf(child.pid, 'status', /VmHWM:\s+(\d+)/) / 1_024,
    'MB now, shared pages once': sizeOf(child.pid, 'smaps_rollup', /^Pss:\s+(\d+)/m) / 1_024,
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  spawnSync('ipvsadm', ['-C']);
}

function measureTools(size) {
  const rules = ruleText(size);
  const tools = { ipvsadm: ['ipvsadm'], 'tandem ipvs': tandem('ipvs') };
  for (const [name, command] of Object.entries(tools)) {
    spawnSync('ipvsadm', ['-C']);
    const [program, args] = commandOf(command);
    const timed = (what, more, input) => {
      const start = performance.now();
      const { stdout, stderr, status } = spawnSync(program, [...args, ...more], {
        input,
        maxBuffer: 1 << 28,
      });
      if (status !== 0) console.log(`${name} ${more}: ${status} ${stderr}`);
      row(name, what, { ms: performance.now() - start, lines: String(stdout).split('\n').length });
    };
    timed('-R', ['-R'], rules);
    timed('-S -n', ['-S', '-n']);
    timed('-L -n', ['-L', '-n']);
  }
  spawnSync('ipvsadm', ['-C']);
}

async function measure(name, what, child, work) {
  writeFileSync(COUNTS, Buffer.alloc(256), { flag: 'r+' });
  const before = cpuOf(child.pid);
  const found = await work();
  row(name, what, { ...found, 'CPU ms': cpuOf(child.pid) - before, ...requests() });
}

/** Messages since the last time they were counted. */
function requests() {
  const numbers = new BigUint64Array(new Uint8Array(readFileSync(COUNTS)).buffer);
  let [reads, writes] = [0, 0];
  for (const [command, number] of numbers.entries()) {
    if (READS.has(command)) reads += Number(number);
    else writes += Number(number);
  }
  return { reads, writes };
}

function row(name, what, numbers) {
  const shown = Object.entries(numbers).map(([unit, value]) => `${unit} ${Math.round(value)}`);
  console.log(`  ${what.padEnd(20)} ${name.padEnd(12)} ${shown.join(', ')}`);
}

async function until(isDone) {
  const start = performance.now();
  while (!isDone()) {
    if (performance.now() - start > LIMIT_MS) throw new Error('it took too long');
    await pause(20);
  }
  return performance.now();
}

/** Services and servers in the kernel. */
function tableLines() {
  let lines = -3;
  for (const byte of readFileSync('/proc/net/ip_vs')) if (byte === 10) lines++;
  return lines;
}

/** Of the one server of which the weight changes. */
function firstWeight() {
  const line = readFileSync('/proc/net/ip_vs', 'latin1')
    .split('\n')
    .find((one) => one.startsWith('  -> AC000000:'));
  return Number(line?.trim().split(/\s+/)[3]);
}

function commandOf([program, ...args]) {
  return [program, args];
}

/** CPU time of a process and its descendants, milliseconds. */
function cpuOf(pid) {
  return sumOf(pid, (one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1].split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  });
}

/** Kilobytes that a file of /proc tells of a process and its descendants. */
function sizeOf(pid, file, pattern) {
  return sumOf(pid, (one) =>
    Number(pattern.exec(readFileSync(`/proc/${one}/${file}`, 'utf8'))?.[1] ?? 0),
  );
}

function sumOf(pid, number) {
  let sum = number(pid);
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ');
    for (const child of children.filter(Boolean)) sum += sumOf(child, number);
  }
  return sum;
}

function configuration(size, weight) {
  const lines = ['global_defs {', '  router_id bench', '}'];
  for (const [service, servers] of services(size)) {
    lines.push(`virtual_server ${service} 80 {`, '  lb_algo rr', '  lb_kind NAT', '  protocol TCP');
    lines.push('  delay_loop 86400', '  warmup 86400');
    for (const server of servers) {
      const own = server === '172.0.0.0' ? weight : 1;
      lines.push(`  real_server ${server} 80 {`, `    weight ${own}`, ...RESTING_CHECK, '  }');
    }
    lines.push('}');
  }
  return `${lines.join('\n')}\n`;
}

function ruleText(size) {
  const lines = [];
  for (const [service, servers] of services(size)) {
    lines.push(`-A -t ${service}:80 -s rr`);
    for (const server of servers) lines.push(`-a -t ${service}:80 -r ${server}:80 -m -w 1`);
  }
  return `${lines.join('\n')}\n`;
}

function* services({ virtual, real }) {
  let next = 0;
  for (let index = 0; index < virtual; index++) {
    const count = Math.round(((index + 1) * real) / virtual) - next;
    const servers = Array.from({ length: count }, (_, at) => address(172, next + at));
    next += count;
    yield [address(10, index + 1), servers];
  }
}

function address(first, number) {
  return `${first}.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

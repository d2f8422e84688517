// How long a start takes: from exec to the first advertisement on the wire, with 1 and with 200 instances, and from exec to exit of
// `tandem status`; beside `node -e 0` with the same Node and beside keepalived with the same file, in turns.
//   node test/bench/start.mjs [--rounds=15] [--instances=1,200] [--tree=bundle,dist,DIRECTORY] [--node=FILE]
// Needs root (a network namespace of its own), tcpdump, the build and the bundle (`npm run bundle`); keepalived where it is installed. An instance
// is the owner of its address (priority 255), so that its first advertisement is due at once. keepalived runs in the foreground and its first
// advertisement is taken in the same way. On a busy machine the least of many rounds says most.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    instances: { type: 'string', default: '1,200' },
    tree: { type: 'string', default: 'bundle,dist' },
    node: { type: 'string', default: process.execPath },
    inside: { type: 'boolean', default: false },
  },
});
const KEEPALIVED = '/usr/sbin/keepalived';
const FIRST_MS_MAX = 20_000;
const here = (name) => new URL(name, import.meta.url).pathname;
/** Nothing that steers Node: certificates to load at its start, for instance, would make all of them slower. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')),
);
const TREES = {
  bundle: { main: here('../../bundle/dist/main.js'), built: here('../../bundle/build') },
  dist: { main: here('../../dist/main.js'), built: here('../../src/dgram-extensions/build') },
};
/** Of another checkout, too: the directory of its bundle. */
const treeOf = (name) =>
  TREES[name] ?? { main: join(name, 'dist/main.js'), built: join(name, 'build') };

if (values.inside) await measure();
else {
  const args = ['--net', '--mount', process.execPath, ...process.argv.slice(1), '--inside'];
  process.exitCode = spawnSync('unshare', args, { stdio: 'inherit' }).status ?? 1;
}

async function measure() {
  // The usual directories, without what this machine has there.
  for (const place of ['/run', '/var/cache']) {
    spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', place], { stdio: 'inherit' });
  }
  mkdirSync('/var/cache/tandem', { mode: 0o755 });
  for (const command of [
    'link set lo up',
    'link add dev eth0 type veth peer name wire',
    'link set eth0 up',
    'link set wire up',
    'address add 10.1.0.1/16 dev eth0',
  ]) {
    spawnSync('ip', command.split(' '), { stdio: 'inherit' });
  }
  const directory = mkdtempSync(join(tmpdir(), 'tandem-start-'));
  const wire = await watchWire();
  const version = spawnSync(values.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  print(`Milliseconds, least and median of ${values.rounds} rounds; Node.js ${version}\n`);
  const head = ['', 'least', 'median', 'to node -e 0: least', 'median'];
  print(
    head
      .map((text, at) => (at === 0 ? text.padEnd(30) : text.padStart(at === 3 ? 22 : 9)))
      .join(''),
  );
  try {
    const trees = values.tree.split(',').filter((tree) => existsSync(treeOf(tree).main));
    for (const count of values.instances.split(',').map(Number)) {
      await compareStarts(wire, { directory, count, trees });
    }
    await compareStatus(wire, { directory, trees });
  } finally {
    wire.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compareStarts(wire, { directory, count, trees }) {
  const file = join(directory, `${count}.conf`);
  writeFileSync(file, configuration(count));
  const starts = { 'node -e 0': () => untilExit([values.node, '-e', '0']) };
  for (const tree of trees) {
    starts[`tandem (${tree})`] = () => untilAdvertisement(wire, tandem(tree, ['run', '-f', file]));
  }
  if (existsSync(KEEPALIVED)) {
    const pids = ['-p', '-r', '-c'].map((option) => `${option}${join(directory, `pid${option}`)}`);
    starts.keepalived = () => untilAdvertisement(wire, [KEEPALIVED, '-n', '-f', file, ...pids]);
  }
  await inTurns(`first advertisement, ${count} instance${count === 1 ? '' : 's'}`, starts);
}

async function compareStatus(wire, { directory, trees }) {
  const file = join(directory, 'status.conf');
  writeFileSync(file, configuration(1));
  const [tree] = trees;
  const running = start(tandem(tree, ['run', '-f', file]));
  try {
    await wire.next(running);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const commands = { 'node -e 0': () => untilExit([values.node, '-e', '0']) };
    for (const one of trees) {
      commands[`tandem status (${one})`] = () => untilExit(tandem(one, ['status']));
    }
    await inTurns('tandem status', commands);
  } finally {
    await end(running);
  }
}

/** As the installed command starts it (deploy/tandem.sh). */
function tandem(tree, [command, ...args]) {
  const { main, built } = treeOf(tree);
  const hold = command === 'run' ? ['--hold-hangups'] : [];
  const node = [values.node, `--inspect-port=${'x'.repeat(64)}:0`];
  return [
    `${built}/confine`,
    ...hold,
    '--preload',
    `${built}/early.so`,
    '--',
    ...node,
    main,
    command,
    ...args,
  ];
}

function configuration(count) {
  const instances = [];
  for (let i = 1; i <= count; i++) {
    instances.push(`
vrrp_instance VI_${i} {
    state MASTER
    interface eth0
    virtual_router_id ${i}
    priority 255
    advert_int 1
    virtual_ipaddress {
        10.1.${100 + (i >> 8)}.${i & 255}/32
    }
}
`);
  }
  return `global_defs {\n    vrrp_version 3\n}\n${instances.join('')}`;
}

/** Advertisements as they pass the other end of the link. */
async function watchWire() {
  const child = spawn(
    'tcpdump',
    ['-i', 'wire', '-n', '-tt', '-l', '--immediate-mode', 'proto 112'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  await new Promise((resolve) => child.stderr.once('data', resolve));
  let onPacket = () => undefined;
  createInterface({ input: child.stdout }).on('line', (line) =>
    onPacket(Number.parseFloat(line) * 1_000),
  );
  return {
    /** When the next one passes, milliseconds since 1970. */
    next: (running) =>
      new Promise((resolve, reject) => {
        const fail = (why) => reject(new Error(`${running.child.spawnargs.join(' ')}: ${why}`));
        const limit = setTimeout(() => fail('no advertisement'), FIRST_MS_MAX);
        void running.exited.then(() => fail('ended'));
        onPacket = (atMs) => {
          if (atMs < running.startedAt) return;
          clearTimeout(limit);
          resolve(atMs);
        };
      }),
    close: () => child.kill(),
  };
}

function start([program, ...args]) {
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(program, args, { stdio: 'ignore', env: ENVIRONMENT });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return { child, exited, startedAt };
}

async function end({ child, exited }) {
  child.kill('SIGTERM');
  await exited;
}

async function untilAdvertisement(wire, command) {
  const running = start(command);
  try {
    return (await wire.next(running)) - running.startedAt;
  } finally {
    await end(running);
  }
}

async function untilExit(command) {
  const running = start(command);
  await running.exited;
  return performance.timeOrigin + performance.now() - running.startedAt;
}

/** Runs each once in every round and prints a line for each. */
async function inTurns(title, runs) {
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let i = 0; i < Number(values.rounds); i++) {
    for (const [name, once] of Object.entries(runs)) times[name].push(await once());
  }
  print(`\n${title}`);
  const [base] = Object.values(times).map(summary);
  for (const [name, all] of Object.entries(times)) {
    const { least, median } = summary(all);
    const ratios = [
      (least / base.least).toFixed(2).padStart(22),
      (median / base.median).toFixed(2).padStart(9),
    ];
    print(
      `  ${name.padEnd(28)}${least.toFixed(0).padStart(9)}${median.toFixed(0).padStart(9)}${ratios.join('')}`,
    );
  }
}

function summary(all) {
  const sorted = all.toSorted((a, b) => a - b);
  return { least: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

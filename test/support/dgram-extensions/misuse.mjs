// Calls the binary's own functions with wrong numbers, kinds and orders of arguments, from the seed argv[2].
// Whatever it answers, the process must live. Families and addresses are such that nothing leaves: netlink
// between user processes, and addresses of no family. Scheduling is left alone.
import { createRequire } from 'node:module';
import { say } from './common.mjs';

const CALLS = 20_000;
const NETLINK_USERSOCK = 2;
const native = createRequire(import.meta.url)('../../../src/dgram-extensions/build/dgx.node');
const names = Object.keys(native).filter((name) => !name.startsWith('set') || name === 'setOption');

let seed = Number(process.argv[2]);
function random(limit) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
}

const detached = new Uint8Array(64);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const opened = [];

function descriptor() {
  return random(4) === 0 ? random(3000) - 10 : (opened[random(opened.length)] ?? 0);
}

function value() {
  const makers = [
    descriptor,
    () => random(300) - 5,
    () => [Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, -1, 0.5, 1e300][random(8)],
    () => [undefined, null, true, 'text', Symbol('s'), 5n, {}, new Date()][random(8)],
    () => new Uint8Array(random(3) === 0 ? 0 : random(5000)),
    () =>
      [new Float64Array(16), new Int32Array(4), new DataView(new ArrayBuffer(8)), detached][
        random(4)
      ],
    () => Array.from({ length: random(100) }, () => [new Uint8Array(4), undefined, 3][random(3)]),
    () => () => undefined,
  ];
  return makers[random(makers.length)]();
}

/** Well formed for the most part, so that calls get past the first check. */
function plausible(name) {
  const callback = () => undefined;
  switch (name) {
    case 'open':
      return [16, 3, NETLINK_USERSOCK];
    case 'receiveStart': {
      const slots = 1 + random(4);
      return [
        descriptor(),
        64,
        64,
        new Uint8Array(slots * 272),
        new Uint8Array(slots * 64),
        callback,
      ];
    }
    case 'timerOpen':
      return [callback];
    case 'signalsOpen':
      return [new Uint8Array(random(100)), callback];
    case 'timerArm':
      return [descriptor(), random(1e6)];
    case 'proberOpen':
      return [1 + random(8), new Uint8Array(random(100)), callback];
    case 'probe':
      return [descriptor(), 1, new Uint8Array(random(200)), 1000, random(16)];
    case 'send':
      return [descriptor(), new Uint8Array(random(100)), undefined, undefined, 0];
    case 'sendBatch':
      return [descriptor(), [new Uint8Array(4)], []];
    case 'reference':
      return [descriptor(), random(2) === 0];
    case 'raise':
      return [new Error('raised')];
    default:
      return [descriptor(), random(300), random(60), new Uint8Array(random(200))];
  }
}

let thrown = 0;
let raised = 0;
process.on('uncaughtException', () => {
  raised++;
});

function callOnce() {
  const name = names[random(names.length)];
  // It forks, which takes milliseconds.
  if (name === 'apartOpen' && random(20) > 0) return;
  const parameters = plausible(name);
  for (let changes = random(3); changes > 0; changes--)
    parameters[random(parameters.length)] = value();
  if (name === 'open' && parameters[0] !== 16) parameters[0] = 255;
  try {
    const result = native[name](...parameters);
    if (/^open$|Open$/.test(name) && result >= 0) opened.push(result);
    if (name === 'close' && result === 0) opened.splice(opened.indexOf(parameters[0]), 1);
    if (opened.length > 200) native.close(opened.shift());
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    thrown++;
  }
}

let calls = 0;
function turn() {
  for (let i = 0; i < 200; i++, calls++) callOnce();
  if (calls < CALLS) setImmediate(turn);
  else {
    say({ calls, thrown, raised });
    for (const fd of opened) native.close(fd);
  }
}
turn();

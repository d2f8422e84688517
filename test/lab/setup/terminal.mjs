/**
 * What the set-up prints: one line per step with its time. On a terminal the line of the running step is shown at once and replaced when
 * the step ends; in a file or pipe only finished steps appear. Used before anything is installed: no dependency.
 */
import { spawn } from 'node:child_process';
import { styleText } from 'node:util';

const LABEL_WIDTH = 22;
/** Of a failed command's output, so much is shown: the end, where the reason stands. */
const FAILURE_LINES_MAX = 40;

const useColour = process.stdout.isTTY || process.env.FORCE_COLOR === '1';

/** Text in a colour or style of `util.styleText`, plain where colours are not wanted. */
export function paint(style, text) {
  return useColour ? styleText(style, text, { validateStream: false }) : text;
}

/** A heading over a group of steps. */
export function heading(text) {
  process.stdout.write(`\n${paint('bold', text)}\n\n`);
}

/**
 * Runs one step and prints its line. `work` returns a short remark (or nothing); when it throws, the line is a failure, the error's
 * message follows indented, and the error is thrown on.
 */
export async function step(label, work) {
  const start = performance.now();
  // A step inside another takes over its line.
  if (process.stdout.isTTY)
    process.stdout.write(`\r\x1b[2K${line(paint('cyan', '…'), label, '', '')}`);
  try {
    const remark = (await work()) ?? '';
    finish(line(paint('green', '✓'), label, seconds(start), remark));
  } catch (error) {
    finish(line(paint('red', '✗'), label, seconds(start), ''));
    process.stdout.write(`${indent(String(error.message ?? error))}\n`);
    throw error;
  }
}

/** A line for something that is left out, with its reason. */
export function skipped(label, reason) {
  process.stdout.write(`${line(paint('yellow', '-'), label, '', reason)}\n`);
}

/** Shifts text to stand below a step. */
export function indent(text) {
  return text
    .trimEnd()
    .split('\n')
    .map((row) => `      ${row}`)
    .join('\n');
}

/** Runs a program silently. Rejects with the end of what it printed when it fails. */
export function run(argv, options = {}) {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
      env: { ...process.env, ...options.env },
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => reject(new Error(`${program}: ${error.message}`)));
    child.on('close', (status, signal) => {
      const output = Buffer.concat(chunks).toString();
      if (status === 0) resolve(output);
      else {
        const end = output.trimEnd().split('\n').slice(-FAILURE_LINES_MAX).join('\n');
        const error = new Error(end || `${argv.join(' ')}: ${signal ?? `exit status ${status}`}`);
        reject(Object.assign(error, { status, output }));
      }
    });
  });
}

function line(mark, label, time, remark) {
  return `  ${mark} ${label.padEnd(LABEL_WIDTH)} ${time.padStart(8)}  ${paint('dim', remark)}`.trimEnd();
}

function finish(text) {
  process.stdout.write(process.stdout.isTTY ? `\r\x1b[2K${text}\n` : `${text}\n`);
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

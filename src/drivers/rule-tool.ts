/** Runs a program that writes firewall rules (nft, iptables, ipset), with the rights for that and no others, and with limits of time and output. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFile } from 'dgram-extensions';
import { visible } from '../core/base/visible.ts';
import type { ToolCall, ToolEnd } from '../core/firewall/rule-writer.ts';
import { OutputKeeper } from './programs/output-keeper.ts';
import { systemPath } from './system-path.ts';

/** A program that waits for a lock gives up sooner by itself. */
const TIME_MS_MAX = 5_000;
/** All rules of a host with tens of thousands of them. */
const OUTPUT_CHARACTERS_MAX = 32 * 1024 * 1024;
const ERROR_CHARACTERS_MAX = 2_000;
/** What was written before the end is read within this time, milliseconds. */
const LAST_OUTPUT_MS = 500;
const REASON_CHARACTERS_MAX = 300;
/** CAP_NET_ADMIN and CAP_NET_RAW. */
const KEPT = '12,13';
/** CAP_SYS_MODULE too: the kernel loads what nft needs by itself, but iptables has to load its tables. */
const KEPT_BY_IPTABLES = '12,13,16';
/** Of `confine`, as of env(1): there is no such program. */
const NOT_FOUND = 127;

/** Runs one call. Never rejects. */
export async function runRuleTool({ argv, input = '' }: ToolCall): Promise<ToolEnd> {
  const [program = ''] = argv;
  let stdin: number;
  try {
    stdin = fileOf(input);
  } catch (error) {
    return { kind: 'failed', reason: `no input for ${program}: ${messageOf(error)}` };
  }
  try {
    return await run(argv, stdin);
  } catch (error) {
    return { kind: 'failed', reason: `${program}: ${messageOf(error)}` };
  } finally {
    closeSync(stdin);
  }
}

/** Node's pipes are sockets, which nft cannot open by the name /dev/stdin. A file without a name can be, and is read from its beginning. */
function fileOf(input: string): number {
  const path = join(tmpdir(), `tandem-rules-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  // At a position, so that the one of the descriptor stays at the beginning.
  writeSync(file, input, 0);
  return file;
}

function run(argv: readonly string[], stdin: number): Promise<ToolEnd> {
  const kept = /^ip6?tables/.test(argv[0] ?? '') ? KEPT_BY_IPTABLES : KEPT;
  return new Promise((resolve) => {
    const child = spawn(
      builtFile('confine'),
      ['--keep', kept, '--no-new-privileges', '--close-from', '3', '--', ...argv],
      {
        env: { PATH: systemPath(), LC_ALL: 'C' },
        stdio: [stdin, 'pipe', 'pipe'],
        timeout: TIME_MS_MAX,
        killSignal: 'SIGKILL',
      },
    );
    const output = new OutputKeeper(
      [child.stdout].flatMap((stream) => stream ?? []),
      OUTPUT_CHARACTERS_MAX,
    );
    const errors = new OutputKeeper(
      [child.stderr].flatMap((stream) => stream ?? []),
      ERROR_CHARACTERS_MAX,
    );
    const end = async (status: number | null, problem: string): Promise<void> => {
      const [told, said] = [await output.end(LAST_OUTPUT_MS), await errors.end(LAST_OUTPUT_MS)];
      if (status === 0) resolve({ kind: 'done', output: told });
      else if (status === NOT_FOUND) resolve({ kind: 'missing' });
      else resolve({ kind: 'failed', reason: reasonOf(argv, said, problem) });
    };
    child.once('error', (error) => void end(null, error.message));
    child.once('exit', (status, signal) => {
      if (signal === 'SIGKILL') {
        const reason = `${argv[0]} did not end within ${TIME_MS_MAX / 1_000} s`;
        resolve({ kind: 'late', reason });
      }
      void end(status, `ended with ${signal ?? `status ${status}`}`);
    });
  });
}

/** What the program said first, without what it says about its input. */
function reasonOf([program = '']: readonly string[], said: string, problem: string): string {
  const [line = ''] = said.split('\n').filter((text) => text.trim() !== '');
  const text = line.replace(/^.*?\bError: /, '').trim();
  return `${program}: ${visible(text === '' ? problem : text).slice(0, REASON_CHARACTERS_MAX)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

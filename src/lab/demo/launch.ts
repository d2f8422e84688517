/**
 * `npm start` after the set-up: gives the demonstration in a kernel with IPVS, and looks after a lab that was left running.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackgroundProgram, readText } from '../background.ts';
import { expectWithin } from '../expect.ts';
import { findIpvsKernel, startWithIpvs } from '../ipvs-kernel.ts';
import { LAB_PROGRAMS, LAB_STATE, labDirectory } from '../paths.ts';
import { commandLineOf, signalProcess } from '../process-tree.ts';
import { askToStop, runInKeptLab } from '../remote.ts';
import { KEPT_FILE } from './demo.ts';

/** Everything together takes about a minute; this is for a machine many times slower. */
const DEMO_MS_MAX = 300_000;
const STOP_MS_MAX = 20_000;
const DIRECTORY: string = join(LAB_STATE, 'demo');
const KEPT_PID_FILE: string = join(LAB_STATE, 'demo.pid');

const KERNEL_TEXT = {
  host: "this machine's kernel",
  uml: "User-mode Linux, because this machine's kernel has no IPVS",
} as const;

const USAGE = `usage: npm start [-- OPTION]
  (none)                 give the demonstration, then end
  --keep                 give it and leave the lab running
  --in NODE COMMAND...   run a command on a node of the lab left running
  --stop                 end the lab left running
`;

/** Does what the arguments of `npm start` ask for; returns the exit status. */
export async function launch(args: readonly string[], hasColour: boolean): Promise<number> {
  const [option, ...rest] = args;
  switch (option) {
    case undefined:
      return demonstrate({ keep: false, hasColour });
    case '--keep':
      return demonstrate({ keep: true, hasColour });
    case '--in':
      return runInside(rest);
    case '--stop':
      return stopKept();
    default:
      process.stdout.write(USAGE);
      return option === '--help' ? 0 : 2;
  }
}

async function demonstrate(options: { keep: boolean; hasColour: boolean }): Promise<number> {
  if (keptPid() !== undefined) {
    process.stdout.write('A lab is still running; end it with: npm start -- --stop\n');
    return 1;
  }
  const kernel = await findIpvsKernel();
  if (kernel.kind === 'none') {
    process.stdout.write(`The demonstration can't run here: ${kernel.reason}.\n`);
    return 1;
  }
  process.stdout.write(
    `\nScenario D: a pair of directors with LVS-DR, in ${KERNEL_TEXT[kernel.kind]}\n`,
  );
  const flags = [...(options.keep ? ['--keep'] : []), ...(options.hasColour ? ['--colour'] : [])];
  const directory = labDirectory('demo');
  const program = startWithIpvs(kernel, {
    argv: [process.execPath, join(LAB_PROGRAMS, 'demo.js'), directory, ...flags],
    directory,
    timeoutMs: DEMO_MS_MAX,
  });
  const kept = join(directory, KEPT_FILE);
  const result = await program.follow({
    timeoutMs: DEMO_MS_MAX,
    onOutput: (text) => process.stdout.write(text),
    isEnough: () => readText(kept) !== '',
  });
  if (program.isRunning) return keep(program, Number(readText(kept)));
  process.stdout.write(closingLine(result.status, result.timedOut, result.elapsedMs));
  return result.status === 0 ? 0 : 1;
}

function closingLine(status: number | undefined, timedOut: boolean, elapsedMs: number): string {
  const seconds = Math.round(elapsedMs / 1000);
  if (status === 0)
    return `\nAll of it happened, in ${seconds} s. Logs and captures: .lab/demo/lab/\n`;
  const why = timedOut ? ' (killed: it took too long)' : '';
  const log = status === undefined ? ', .lab/demo/console.log' : '';
  return `\nNot all of it happened${why}. Logs and captures: .lab/demo/lab/${log}\n`;
}

function keep(program: BackgroundProgram, status: number): number {
  program.detach();
  writeFileSync(KEPT_PID_FILE, String(program.pid));
  process.stdout.write(`
The lab goes on running, with traffic. Look inside:
  npm start -- --in lb01 tandem status
  npm start -- --in lb01 curl -s http://127.0.0.1:9165/metrics
  npm start -- --in lb01 ipvsadm -Ln
  npm start -- --in lb02 ip address show dev eth0
  npm start -- --in client curl -s http://10.0.0.3/
Logs of every program: .lab/demo/lab/NODE/*.log
End it:
  npm start -- --stop
`);
  return status;
}

async function runInside(args: readonly string[]): Promise<number> {
  const [node, ...argv] = args;
  if (node === undefined || argv.length === 0) {
    process.stdout.write(USAGE);
    return 2;
  }
  if (keptPid() === undefined) {
    process.stdout.write('No lab is running; start one with: npm start -- --keep\n');
    return 1;
  }
  const answer = await runInKeptLab(DIRECTORY, node, argv);
  process.stdout.write(answer.output);
  return answer.status;
}

async function stopKept(): Promise<number> {
  const pid = keptPid();
  if (pid === undefined) {
    process.stdout.write('No lab is running.\n');
    return 0;
  }
  askToStop(DIRECTORY);
  await expectWithin('the lab ends', () => keptPid() === undefined, {
    withinMs: STOP_MS_MAX,
  }).catch(() => signalProcess(-pid, 'SIGKILL'));
  rmSync(KEPT_PID_FILE, { force: true });
  process.stdout.write('The lab has ended.\n');
  return 0;
}

/** Process id of a lab left running; undefined when there is none (or its id belongs to something else by now). */
function keptPid(): number | undefined {
  try {
    const pid = Number(readFileSync(KEPT_PID_FILE, 'utf8'));
    return commandLineOf(pid).includes(DIRECTORY) ? pid : undefined;
  } catch {
    return undefined;
  }
}

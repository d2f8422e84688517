/**
 * `npm start` after the set-up: gives the demonstration in the kernel that was found, and looks after a lab that was left running.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackgroundProgram,
  type BackgroundResult,
  readText,
  startHere,
} from '../kit/background.ts';
import { expectWithin } from '../kit/expect.ts';
import { CONSOLE_FILE, readConsole } from '../kit/guests/guest.ts';
import { type IpvsKernel, kernelTitle, startWithIpvs } from '../kit/ipvs-kernel.ts';
import { findIpvsKernel } from '../kit/kernel-choice.ts';
import { namespaceRefusal } from '../kit/namespaces.ts';
import { LAB_PROGRAMS, LAB_STATE, labDirectory } from '../kit/paths.ts';
import { commandLineOf, signalProcess } from '../kit/process-tree.ts';
import { askToStop, runInKeptLab } from '../kit/remote.ts';
import { KEPT_FILE } from './demo.ts';

/** Everything together takes one or two minutes; this is for a machine many times slower. */
const DEMO_MS_MAX = 400_000;
const STOP_MS_MAX = 20_000;
const DIRECTORY: string = join(LAB_STATE, 'demo');
const KEPT_PID_FILE: string = join(LAB_STATE, 'demo.pid');

const USAGE = `usage: npm start [-- OPTION]
  (none)                 give the demonstration, then end
  --keep                 give it and leave the lab running
  --kernel KIND          give it in this kernel: host, uml (User-mode Linux) or qemu (Debian's kernel, without
                         acceleration), or none: only what needs no IPVS; without this, the first that runs here
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
    const refusal = await namespaceRefusal();
    if (refusal !== undefined) {
      process.stdout.write(`\nNothing of the demonstration can run here: ${refusal}.\n`);
      return 1;
    }
  }
  process.stdout.write(introduction(kernel));
  const directory = labDirectory('demo');
  const program = start(kernel, directory, options);
  const kept = join(directory, KEPT_FILE);
  const result = await program.follow({
    timeoutMs: DEMO_MS_MAX,
    onOutput: (text) => process.stdout.write(text),
    isEnough: () => readText(kept) !== '',
  });
  if (program.isRunning) return keep(program, Number(readText(kept)));
  process.stdout.write(closingLines(kernel, result));
  return result.status === 0 ? 0 : 1;
}

function start(
  kernel: IpvsKernel,
  directory: string,
  options: { readonly keep: boolean; readonly hasColour: boolean },
): BackgroundProgram {
  const flags = [
    ...(options.keep ? ['--keep'] : []),
    ...(options.hasColour ? ['--colour'] : []),
    ...(kernel.kind === 'none' ? ['--without-ipvs'] : []),
  ];
  const argv = [process.execPath, join(LAB_PROGRAMS, 'demo.js'), directory, ...flags];
  const background = { argv, directory, timeoutMs: DEMO_MS_MAX };
  return kernel.kind === 'none' ? startHere(background) : startWithIpvs(kernel, background);
}

function introduction(kernel: IpvsKernel): string {
  if (kernel.kind !== 'none') {
    const where = kernelTitle(kernel.kind);
    return `\nScenario D: a pair of directors with LVS-DR, in ${where}, because ${kernel.why}\n`;
  }
  return `
The VRRP half of scenario D: a pair of directors, in network namespaces of this machine
Not shown, because it needs IPVS: traffic spread over web servers, a server that fails and is taken out
Why there is no IPVS: ${kernel.reason}
${kernel.console === '' ? '' : `${kernel.console}\n`}`;
}

function closingLines(kernel: IpvsKernel, result: BackgroundResult): string {
  const { status, timedOut, elapsedMs } = result;
  const seconds = Math.round(elapsedMs / 1000);
  if (status === 0) {
    return `\nAll of it happened, in ${seconds} s. Logs and captures: .lab/demo/lab/\n`;
  }
  const why = timedOut ? ` (killed after ${seconds} s: it took too long)` : '';
  const lines = `\nNot all of it happened${why}. Logs and captures: .lab/demo/lab/\n`;
  if (status !== undefined || kernel.kind === 'none' || kernel.kind === 'host') return lines;
  const { reason, tail } = readConsole(DIRECTORY);
  const other = kernel.kind === 'uml' ? 'qemu' : 'uml';
  return `${lines}
${kernelTitle(kernel.kind)} ended before the demonstration did: ${reason}
The last lines of its console (.lab/demo/${CONSOLE_FILE}):
${tail.replace(/^/gm, '  ')}
Try the other kernel: npm start -- --kernel ${other}
`;
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

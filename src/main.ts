#!/usr/bin/env node
/**
 * The one entry point: a role of the running Tandem, or the command line. Everything is imported when it
 * is needed, so that the vrrp process carries nothing that it does not use; and nothing before the signals
 * are taken: by default SIGHUP and SIGUSR2 end Node, and SIGUSR1 opens its debugger to all local users.
 */
const [, program = '', word = ''] = process.argv;
const role = /^--role=(\w+)$/.exec(word)?.[1];
// A reload reads its file in a thread, which has no signals of its own.
if (role !== 'load') {
  const held: NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2'];
  // A command ends with its terminal; what runs, or is about to, does not.
  const isCommand = /(?:^|\/)(?:ipvsadm|genhash)$/.test(program);
  if (word === 'run' || (word.startsWith('-') && !isCommand)) held.push('SIGHUP');
  // The supervisor tells its children when to stop.
  if (role !== undefined) held.push('SIGINT', 'SIGTERM');
  for (const signal of held) process.on(signal, () => undefined);
}
void main();

/** A rejection ends the process, with a stack and status 1. */
async function main(): Promise<void> {
  if (role !== 'load') {
    const { prepareProcess } = await import('./daemon/frame/first.ts');
    prepareProcess(role !== undefined);
    if (role !== undefined && process.send === undefined) {
      process.stderr.write('tandem: this role is started by `tandem run`, not by hand\n');
      process.exit(1);
    }
  }
  switch (role) {
    case 'vrrp':
      return (await import('./daemon/compose/vrrp.ts')).main();
    case 'health':
      return (await import('./daemon/compose/health.ts')).main();
    case 'runner':
      return (await import('./daemon/compose/runner.ts')).main();
    case 'load':
      return (await import('./daemon/supervisor/load-config.ts')).loadInThread();
    default:
      process.exitCode = await (await import('./cli/index.ts')).main(process.argv);
  }
}

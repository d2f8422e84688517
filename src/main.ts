#!/usr/bin/env node
/**
 * The one entry point: a role of the running Tandem, or the command line. Everything is imported when it
 * is needed, so that the vrrp process carries nothing that it does not use.
 */
import * as nodeModule from 'node:module';

// Node 22 keeps compiled code between starts; earlier versions have no such function.
if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function') {
  nodeModule.enableCompileCache();
}

switch (process.argv[2]) {
  case '--role=vrrp':
    await (await import('./daemon/vrrp-role.ts')).main();
    break;
  case '--role=health':
    await (await import('./daemon/health-role.ts')).main();
    break;
  case '--role=load':
    (await import('./daemon/load-worker.ts')).main();
    break;
  default:
    process.exitCode = await (await import('./cli/index.ts')).main(process.argv);
}

/** `tandem version`: of this program, and of the running one where that differs. */
import { controlSocketPath } from '../core/control/messages.ts';
import { VERSION } from '../daemon/frame/version.ts';
import { controlRequest } from './control-client.ts';
import { EXIT_OK } from './exit.ts';
import { print } from './output.ts';

/** One line about this program. */
export function versionLine(): string {
  return `Tandem ${VERSION} (node ${process.versions.node}, ${process.platform} ${process.arch})\n`;
}

/** Carries the command out; resolves with the exit status. */
export async function version(runtimeDir: string): Promise<number> {
  await print(versionLine());
  const path = controlSocketPath(runtimeDir);
  const reply = await controlRequest({ path, request: { command: 'version' }, timeoutMs: 1_000 });
  if (!reply.ok) return EXIT_OK;
  const running: unknown = reply.value;
  if (typeof running === 'object' && running !== null && 'version' in running) {
    if (running.version !== VERSION) await print(`running: Tandem ${String(running.version)}\n`);
  }
  return EXIT_OK;
}

/** `tandem version`: of this program, and of the running one where that differs. */
import { VERSION } from '../daemon/frame/version.ts';
import { ask } from './ask.ts';
import { EXIT_OK } from './exit.ts';
import { print } from './output.ts';

/** One line about this program. */
export function versionLine(): string {
  return `Tandem ${VERSION} (node ${process.versions.node}, ${process.platform} ${process.arch})\n`;
}

/** Carries the command out; resolves with the exit status. */
export async function version(runtimeDir: string): Promise<number> {
  await print(versionLine());
  const running = await ask({ command: 'version' }, { runtimeDir });
  if (running.ok && running.value.version !== VERSION) {
    await print(`running: Tandem ${running.value.version}\n`);
  }
  return EXIT_OK;
}

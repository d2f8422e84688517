/** `tandem status`: what the running Tandem knows, for people or as JSON. */
import { visibleData } from '../core/base/visible.ts';
import { controlSocketPath } from '../core/control/messages.ts';
import { STATUS_VERSION, type StatusReport } from '../core/control/status.ts';
import { controlRequest } from './control-client.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print, textOptions } from './output.ts';
import { renderStatus } from './render-status.ts';

/** How to show it. */
export interface StatusCommand {
  readonly runtimeDir: string;
  readonly json: boolean;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** Carries the command out; resolves with the exit status. */
export async function status(command: StatusCommand): Promise<number> {
  const path = controlSocketPath(command.runtimeDir);
  const reply = await controlRequest({ path, request: { command: 'status' } });
  if (!reply.ok) {
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  if (command.json) {
    await print(`${JSON.stringify(reply.value, null, 2)}\n`);
    return EXIT_OK;
  }
  if (!isReport(reply.value)) {
    await complain('tandem: the running Tandem is of another version; --json shows what it says');
    return EXIT_FAILED;
  }
  await print(renderStatus(visibleData(reply.value), textOptions(command.color)));
  return EXIT_OK;
}

/** True for a report that this program understands. The version decides: the same version has the same fields. */
export function isReport(value: unknown): value is StatusReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'statusVersion' in value &&
    value.statusVersion === STATUS_VERSION
  );
}

/** `tandem status`: what the running Tandem knows, for people or as JSON. */
import { visibleData } from '../core/base/visible.ts';
import { ask, OTHER_VERSION } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complainOf, print, textOptions } from './output.ts';
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
  const { runtimeDir, json, color } = command;
  const reply = await ask({ command: 'status' }, { runtimeDir });
  if (reply.ok) {
    const text = json
      ? asJson(reply.value)
      : renderStatus(visibleData(reply.value), textOptions(color));
    await print(text);
    return EXIT_OK;
  }
  const { error } = reply;
  const isOther = error.code === OTHER_VERSION;
  if (isOther && json) {
    await print(asJson(error.details));
    return EXIT_OK;
  }
  await complainOf(
    isOther ? { ...error, message: `${error.message}; --json shows what it says` } : error,
  );
  return EXIT_FAILED;
}

function asJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

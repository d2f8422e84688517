/** A control socket whose commands a test answers, in the place of a running Tandem. */
import { err, type Result } from '../../src/core/base/result.ts';
import {
  CONTROL_COMMANDS,
  type CommandName,
  type ControlRequest,
} from '../../src/core/control/commands.ts';
import { type ControlError, controlSocketPath } from '../../src/core/control/messages.ts';
import {
  type ControlHandlers,
  type ControlServer,
  startControl,
} from '../../src/daemon/control/server.ts';

/** What commands are answered; it need not be what a real Tandem would say. */
export type FakeAnswers = {
  readonly [C in CommandName]?: (
    request: ControlRequest<C>,
  ) => Promise<Result<unknown, ControlError>>;
};

/** Handlers of all commands: the given ones, and an error for each of the others. */
export function fakeHandlers(answers: FakeAnswers): ControlHandlers {
  const refuse = async () => err({ code: 'internal', message: 'not expected' });
  const others = Object.keys(CONTROL_COMMANDS).map((name) => [name, refuse]);
  return { ...Object.fromEntries(others), ...answers };
}

/** Listens where a Tandem with this runtime directory would. */
export async function fakeTandem(runtimeDir: string, answers: FakeAnswers): Promise<ControlServer> {
  const path = controlSocketPath(runtimeDir);
  const started = await startControl({ path, handlers: fakeHandlers(answers) });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

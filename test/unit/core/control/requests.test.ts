/** Requests of the control socket against the table of commands. */
import { describe, expect, test } from 'vitest';
import { CONTROL_COMMANDS } from '../../../../src/core/control/commands.ts';
import { checkRequest } from '../../../../src/core/control/requests.ts';

describe('A request is taken', () => {
  test.each([
    { command: 'status' },
    { command: 'config' },
    { command: 'reload' },
    { command: 'reload', allowEmpty: true },
    { command: 'resign', instance: 'VI_1' },
    { command: 'stop', keepTable: false },
    { command: 'version' },
  ])('as it is: %o', (request) => {
    expect(checkRequest(request)).toEqual({ ok: true, value: request });
  });

  test('without the version of the protocol, which is not handed on', () => {
    expect(checkRequest({ version: 1, command: 'status' })).toEqual(
      checkRequest({ command: 'status' }),
    );
  });
});

describe('A refusal says what would be right', () => {
  const names = Object.keys(CONTROL_COMMANDS).join(', ');

  test.each([
    [7, 'bad-request', 'the request is not an object'],
    [null, 'bad-request', 'the request is not an object'],
    [['status'], 'bad-request', 'the request is not an object'],
    [{}, 'bad-request', 'the request has no command'],
    [{ command: 7 }, 'bad-request', 'the command must be a text'],
    [{ command: 'dance' }, 'unknown-command', `there is no command "dance"; there are ${names}`],
    [
      { command: 'toString' },
      'unknown-command',
      `there is no command "toString"; there are ${names}`,
    ],
    [
      { command: 'status', version: 9 },
      'unsupported-version',
      'this Tandem speaks version 1 of the protocol',
    ],
    [{ command: 'status', all: true }, 'bad-request', 'status has no field "all"; it has none'],
    [
      { command: 'reload', allowempty: true },
      'bad-request',
      'reload has no field "allowempty"; it has allowEmpty',
    ],
    [
      { command: 'reload', allowEmpty: 'yes' },
      'bad-request',
      'the field allowEmpty of reload must be true or false',
    ],
    [{ command: 'resign' }, 'bad-request', 'resign needs the field instance, a text'],
    [
      { command: 'resign', instance: 7 },
      'bad-request',
      'the field instance of resign must be a text',
    ],
    [{ command: 'stop' }, 'bad-request', 'stop needs the field keepTable, true or false'],
  ])('%j', (request, code, message) => {
    expect(checkRequest(request)).toEqual({ ok: false, error: { code, message } });
  });

  test('and shows a name so that it can do nothing to a terminal', () => {
    const reply = checkRequest({ command: `\u001b[2J${'x'.repeat(1_000)}` });
    expect(reply).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
    const message = reply.ok ? '' : reply.error.message;
    expect(message).toContain('"\\x1b[2Jxxx');
    expect(message.length).toBeLessThan(300);
  });
});

describe('An answer is understood', () => {
  test('when it holds what this program reads, whatever else it holds', () => {
    const { version, reload, stop, resign } = CONTROL_COMMANDS;
    expect(version.understands({ version: '0.1.0', pid: 7, later: [] })).toBe(true);
    expect(version.understands({ version: '0.1.0' })).toBe(false);
    expect(stop.understands({ pid: '7' })).toBe(false);
    expect(resign.understands({ message: 'VI_1 gave mastership away.' })).toBe(true);
    expect(reload.understands({ changed: true, warnings: 0, diagnostics: '' })).toBe(true);
    expect(reload.understands(null)).toBe(false);
  });

  test('when a document is of the version that this program knows', () => {
    expect(CONTROL_COMMANDS.status.understands({ statusVersion: 1 })).toBe(true);
    expect(CONTROL_COMMANDS.status.understands({ statusVersion: 2 })).toBe(false);
    expect(CONTROL_COMMANDS.config.understands({ runningVersion: 2 })).toBe(true);
    expect(CONTROL_COMMANDS.config.understands({})).toBe(false);
  });
});

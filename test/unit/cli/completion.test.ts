/** Completion: the kept scripts are those of this program, and bash completes with them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScript } from '../../../src/cli/completion.ts';
import { completionModel } from '../../../src/cli/completion-model.ts';
import { COMPLETION_FILES, SHELLS } from '../../../src/cli/completion-shells.ts';
import { buildProgram } from '../../../src/cli/subcommands.ts';
import { ok } from '../../../src/core/base/result.ts';
import { statusReport } from '../../../src/daemon/control/status.ts';
import { fakeTandem } from '../../support/fake-tandem.ts';
import { daemonState } from '../../support/state-fixture.ts';
import { tandem } from './terminal.ts';

const DEPLOYED = join(import.meta.dirname, '../../../deploy/completions');
const PROGRAM = buildProgram(() => undefined);

/** What bash offers for a command line whose last word is being typed. */
function offered(...words: string[]): string[] {
  const script = `
    source "$1"; shift
    tandem() { [ "$*" = 'complete-words instances' ] && printf 'VI_1\\nVI_2\\nweb\\n'; }
    COMP_WORDS=(tandem "$@")
    COMP_CWORD=$#
    _tandem
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const path = join(DEPLOYED, COMPLETION_FILES.bash);
  const text = execFileSync('bash', ['-c', script, 'bash', path, ...words], { encoding: 'utf8' });
  return text.split('\n').filter((line) => line !== '');
}

describe('the kept completion scripts', () => {
  it.each(SHELLS)('of %s are up to date', (shell) => {
    const kept = readFileSync(join(DEPLOYED, COMPLETION_FILES[shell]), 'utf8');
    expect(kept, `tandem completion ${shell} > deploy/completions/${COMPLETION_FILES[shell]}`).toBe(
      completionScript(shell, PROGRAM),
    );
  });

  it('are printed by the command', async () => {
    const { status, out } = await tandem('completion', 'bash');
    expect(status).toBe(0);
    expect(out).toBe(completionScript('bash', PROGRAM));
    expect(await tandem('completion', 'tcsh')).toMatchObject({ status: 1, out: '' });
  });

  it('know every command and option that is not hidden', () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, PROGRAM);
      expect(script).not.toContain('complete-words -');
      for (const { name, options } of completionModel(PROGRAM)) {
        expect(script).toContain(name);
        for (const { names } of options)
          for (const flag of names) expect(script).toContain(flag.replace(/^-+/, ''));
      }
    }
  });
});

describe('bash', () => {
  it('completes commands', () => {
    expect(offered('che')).toEqual(['check']);
    expect(offered('')).toEqual(expect.arrayContaining(['run', 'explain', 'resign']));
    expect(offered('')).not.toContain('complete-words');
  });

  it('completes options of the command', () => {
    expect(offered('check', '--off')).toEqual(['--offline']);
    expect(offered('run', '--use-')).toEqual(['--use-file']);
    expect(offered('--ver')).toEqual(['--version']);
  });

  it('completes values of options', () => {
    expect(offered('check', '--format', 's')).toEqual(['sarif']);
    expect(offered('explain', 'weight', '--in', 'vrrp_scr')).toEqual(['vrrp_script']);
    expect(offered('check', '--config-id', '')).toEqual([]);
  });

  it('completes files and directories', () => {
    const here = import.meta.dirname;
    expect(offered('check', `${here}/completion.t`)).toEqual([`${here}/completion.test.ts`]);
    expect(offered('fmt', '-w', `${here}/completion.t`)).toEqual([`${here}/completion.test.ts`]);
    expect(offered('status', '--runtime-dir', `${here}/`)).toEqual([]);
  });

  it('completes keywords, blocks and codes for explain', () => {
    expect(offered('explain', 'advert_i')).toEqual(['advert_int']);
    expect(offered('explain', 'unknown-key')).toEqual(['unknown-keyword']);
  });

  it('completes the instances of the running Tandem for resign', () => {
    expect(offered('resign', 'VI')).toEqual(['VI_1', 'VI_2']);
  });

  it('completes shells for completion', () => {
    expect(offered('completion', 'f')).toEqual(['fish']);
  });
});

describe('tandem complete-words instances', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tandem-words-'));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('asks the running Tandem, and is silent without one', async () => {
    const ask = () => tandem('complete-words', 'instances', '--runtime-dir', directory);
    expect(await ask()).toEqual({ status: 0, out: '', complaints: '' });
    const report = statusReport(daemonState());
    const names = report.vrrp.instances.map(({ name }) => `${name}\n`).join('');
    const server = await fakeTandem(directory, { status: async () => ok(report) });
    try {
      expect(names).not.toBe('');
      expect(await ask()).toEqual({ status: 0, out: names, complaints: '' });
    } finally {
      await server.close();
    }
  });
});

/** Programs that others than root may change: which are run, and what is said about it. */
import { expect, test } from 'vitest';
import type { HostFacts } from '../../../../src/core/language/host.ts';
import { parse } from '../../../support/parse-text.ts';

const HOST: HostFacts = {
  program: () => 'insecure',
  groupExists: () => true,
  userExists: () => true,
};

/** The commands of checks that are run, and what is said of them. */
function misc(globals: string, ownUser = ''): { readonly run: number; readonly said: string } {
  const text = `global_defs {
  ${globals}
}
virtual_server 192.0.2.10 80 {
  lvs_sched rr
  lvs_method DR
  protocol TCP
  real_server 10.0.0.1 80 {
    MISC_CHECK {
      misc_path /srv/check.sh
      ${ownUser}
    }
  }
}
`;
  const { config, diagnostics } = parse(text, { host: HOST });
  const checks = config?.virtualServers[0]?.realServers[0]?.checks ?? [];
  const said = diagnostics.find(({ code }) => code.startsWith('script-missing'));
  return { run: checks.length, said: said?.message ?? '' };
}

const REFUSED = 'misc_path: "/srv/check.sh" may be changed by others than root and is not run';

test('a check that others may change is not run as root, and that is said', () => {
  const found = misc('enable_script_security\n  script_user root');
  expect(found).toEqual({ run: 0, said: REFUSED });
});

test('the user of the check itself counts, not that of script_user', () => {
  const secure = 'enable_script_security\n  script_user';
  expect(misc(`${secure} nobody`, 'user root')).toEqual({ run: 0, said: REFUSED });
  expect(misc(`${secure} root`, 'user nobody')).toEqual({ run: 1, said: '' });
});

test('what is run all the same is not said to be refused', () => {
  expect(misc('script_user root')).toEqual({
    run: 1,
    said: 'misc_path: "/srv/check.sh" may be changed by others than root and runs as root all the same',
  });
});

/** What is said of a startup_script. */
function script(globals: string, host: HostFacts): string | undefined {
  const { diagnostics } = parse(`global_defs {\n  ${globals}\n}\n`, { host });
  return diagnostics.find(({ code }) => code === 'script-missing-dropped')?.message;
}

test('a user with the number 0, and a set-user-ID program of root, are root by another name', () => {
  const secure = 'enable_script_security\n  script_user other\n  startup_script /srv/it';
  const said = 'startup_script: "/srv/it" may be changed by others than root and is not run';
  expect(script(secure, { ...HOST, isRoot: () => false })).toBeUndefined();
  expect(script(secure, { ...HOST, isRoot: (user) => user === 'other' })).toBe(said);
  expect(script(secure, { ...HOST, isRoot: () => false, becomesRoot: () => true })).toBe(said);
});

test('the step of the way that others may change is named: the program itself may look well', () => {
  const host: HostFacts = { ...HOST, weakStep: () => '/srv' };
  const text =
    'global_defs {\n  enable_script_security\n  script_user root\n  startup_script /srv/it\n}\n';
  const { diagnostics } = parse(text, { host });
  expect(diagnostics.find(({ code }) => code === 'script-missing-dropped')?.suggestion).toBe(
    'look at owner and mode of /srv: only root may own it and write there',
  );
});

test('a program that others could put into PATH is not run as root with script security', () => {
  const host: HostFacts = { ...HOST, program: () => 'insecure-path' };
  const said =
    'startup_script: "/srv/it" is looked for in PATH, where others than root may put another one; it is not run';
  const run = 'startup_script /srv/it';
  expect(script(`enable_script_security\n  script_user root\n  ${run}`, host)).toBe(said);
  expect(script(`enable_script_security\n  script_user nobody\n  ${run}`, host)).toBeUndefined();
  expect(script(`script_user root\n  ${run}`, host)).toBeUndefined();
});

/** Programs that write firewall rules, as they are run: what comes of each end, on any machine. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { runRuleTool } from '../../../src/drivers/rule-tool.ts';

it('gives the input to the program, which may open it by name, and what it writes back', async () => {
  const input = 'x'.repeat(300_000);
  expect(await runRuleTool({ argv: ['cat', '/dev/stdin'], input })).toEqual({
    kind: 'done',
    output: input,
  });
  expect(await runRuleTool({ argv: ['cat'] })).toEqual({ kind: 'done', output: '' });
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('tandem-rules-'))).toEqual([]);
});

it('tells a missing program from one that refuses, with the first thing that it says', async () => {
  expect(await runRuleTool({ argv: ['no-such-program-here'] })).toEqual({ kind: 'missing' });
  const said = 'internal:0:0-0: Error: Could not \u001b[31mprocess rule\\nmore';
  const end = await runRuleTool({ argv: ['sh', '-c', `printf '${said}' >&2; exit 1`] });
  const reason = end.kind === 'failed' ? end.reason : '';
  expect(reason).toMatch(/^sh: Could not .+process rule$/);
  expect(reason).not.toContain('\u001b');
  expect(await runRuleTool({ argv: ['sh', '-c', 'exit 3'] })).toEqual({
    kind: 'failed',
    reason: 'sh: ended with status 3',
  });
});

it('ends a program that hangs', async () => {
  const begun = Date.now();
  expect(await runRuleTool({ argv: ['sleep', '60'] })).toEqual({
    kind: 'late',
    reason: 'sleep did not end within 5 s',
  });
  expect(Date.now() - begun).toBeLessThan(20_000);
});

it('gives it no rights but those over the network', async () => {
  const argv = ['sh', '-c', "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status"];
  const end = await runRuleTool({ argv });
  const [bounding = '', effective = '', isClosed = ''] =
    end.kind === 'done'
      ? ['CapBnd', 'CapEff', 'NoNewPrivs'].map(
          (name) => new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(end.output)?.[1] ?? '',
        )
      : [];
  // CAP_NET_ADMIN and CAP_NET_RAW, as far as the caller has them.
  expect(BigInt(`0x${effective}`) & ~0x3000n).toBe(0n);
  expect(isClosed).toBe('1');
  if (process.getuid?.() === 0) expect(BigInt(`0x${bounding}`) & ~0x3000n).toBe(0n);
});

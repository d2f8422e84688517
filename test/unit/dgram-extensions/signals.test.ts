/** Real-time signals, which Node itself does not know. In processes of their own: dispositions belong to the process. */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const MODULE = pathToFileURL(
  new URL('../../../src/dgram-extensions/dist/signals.js', import.meta.url).pathname,
).href;

function runProgram(body: string): { readonly end: number | string | null; readonly text: string } {
  const program = `import { RealTimeSignals, ignoreRealTimeSignals } from ${JSON.stringify(MODULE)};
import { execFileSync } from 'node:child_process';
const send = (number) => execFileSync('kill', ['-' + number, String(process.pid)]);
const turn = () => new Promise((wake) => setTimeout(wake, 50));
${body}`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return { end: run.signal ?? run.status, text: run.stdout + run.stderr };
}

test('a real-time signal ends a process by default: the test can tell', () => {
  expect(runProgram('send(36); await turn(); console.log("lives")').text).toBe('');
});

test('ignored, they do nothing', () => {
  const all = 'ignoreRealTimeSignals(); for (let n = 35; n <= 64; n++) send(n);';
  expect(runProgram(`${all} await turn(); console.log("lives")`)).toEqual({
    end: 0,
    text: 'lives\n',
  });
});

test('watched, they are told by number, until the watch is closed', () => {
  const program = `ignoreRealTimeSignals();
const watch = new RealTimeSignals([36, 63, 10], (number) => console.log(number));
send(36); send(63); await turn();
try { new RealTimeSignals([37], () => {}); } catch (error) { console.log(error.code); }
watch.close(); watch.close();
send(36); await turn(); console.log('lives');`;
  expect(runProgram(program)).toEqual({ end: 0, text: '36\n63\nEBUSY\nlives\n' });
});

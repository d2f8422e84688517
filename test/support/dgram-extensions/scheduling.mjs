// Changes its own scheduling and limits and says what /proc shows of them.
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { setAffinity, setNice, setResourceLimit, setScheduler } from 'dgram-extensions';
import { say } from './common.mjs';

// Fields 40 and 41 of proc(5) stat, counted behind the name in parentheses.
function policy() {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { priority: Number(fields[37]), policy: Number(fields[38]) };
}

setScheduler({ policy: 'rr', priority: 7, resetOnFork: true });
say(policy());
setScheduler({ policy: 'fifo', priority: 3, resetOnFork: true });
say(policy());
setScheduler({ policy: 'other', priority: 0, resetOnFork: true });
say(policy());
setNice(5);
say({ nice: getPriority() });
setAffinity([0]);
say({ cpus: /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1] });
setResourceLimit('rttime', 200_000, 300_000);
setResourceLimit('core', 0, Number.POSITIVE_INFINITY);
const limits = readFileSync('/proc/self/limits', 'utf8');
say({
  rttime: /^Max realtime timeout\s+(\S+)\s+(\S+)/m.exec(limits).slice(1, 3),
  core: /^Max core file size\s+(\S+)/m.exec(limits)[1],
});
for (const attempt of [
  () => setScheduler({ policy: 'rr', priority: 100 }),
  () => setAffinity([5000]),
  () => setResourceLimit('nofile', 100, 10),
]) {
  try {
    attempt();
  } catch (error) {
    say({ code: error.code });
  }
}

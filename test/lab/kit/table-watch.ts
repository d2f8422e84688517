/** Every IPVS table that a node has had in a span of time. */
import { join } from 'node:path';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';

const START_MS_MAX = 60_000;

/**
 * Starts to watch a table that is there. The function it gives ends that, and tells all tables that were seen, the first one included: lines of
 * `ipvsadm -Sn`, sorted and joined with `;`.
 */
export async function watchTable(node: LabNode): Promise<() => readonly string[]> {
  const program = join(LAB_PROGRAMS, 'table-watch.js');
  const watch = await node.start('table-watch', [process.execPath, program]);
  await watch.waitForLine(/^-A/, { withinMs: START_MS_MAX });
  return () => {
    watch.killNow();
    return watch.lines.map(({ text }) => text);
  };
}

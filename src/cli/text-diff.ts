/** The difference of two texts in the unified format of diff(1). */

/** Lines shown around a change. */
const CONTEXT = 3;
/** Beyond this many changed lines the texts are shown as one change: the cost grows with its square. */
const CHANGES_MAX = 1_000;

interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** Lines of a unified diff from `before` to `after`; empty when they are equal. */
export function unifiedDiff(name: string, before: string, after: string): string[] {
  if (before === after) return [];
  const edits = editsOf(linesOf(before), linesOf(after));
  const out = [`--- ${name}`, `+++ ${name} (formatted)`];
  let oldLine = 1;
  let newLine = 1;
  for (let at = 0; at < edits.length; ) {
    if (edits[at]?.sign === ' ') {
      const next = edits.findIndex(({ sign }, index) => index > at && sign !== ' ');
      const skip = (next < 0 ? edits.length : Math.max(at, next - CONTEXT)) - at;
      at += skip;
      oldLine += skip;
      newLine += skip;
      if (at >= edits.length) break;
    }
    const end = hunkEnd(edits, at);
    const hunk = edits.slice(at, end);
    const olds = hunk.filter(({ sign }) => sign !== '+').length;
    const news = hunk.filter(({ sign }) => sign !== '-').length;
    out.push(`@@ -${range(oldLine, olds)} +${range(newLine, news)} @@`);
    for (const { sign, line } of hunk) out.push(sign + line);
    oldLine += olds;
    newLine += news;
    at = end;
  }
  return out;
}

/** `start,count`, where an empty range starts at the line before it. */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The end of the hunk that begins at `from`: behind the last change that is near the one before it. */
function hunkEnd(edits: readonly Edit[], from: number): number {
  let lastChange = from;
  for (let at = from; at < edits.length && at - lastChange <= 2 * CONTEXT + 1; at++) {
    if (edits[at]?.sign !== ' ') lastChange = at;
  }
  return Math.min(edits.length, lastChange + 1 + CONTEXT);
}

function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const olds = before.slice(head, before.length - tail);
  const news = after.slice(head, after.length - tail);
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: ' ', line }));
  return [
    ...same(before.slice(0, head)),
    ...shortestEdits(olds, news),
    ...same(before.slice(before.length - tail)),
  ];
}

/** The shortest script of edits (Myers, "An O(ND) Difference Algorithm", 1986). */
function shortestEdits(olds: readonly string[], news: readonly string[]): Edit[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let changes = 0; changes <= Math.min(CHANGES_MAX, olds.length + news.length); changes++) {
    const next = new Map<number, number>();
    trace.push(reach);
    for (let k = -changes; k <= changes; k += 2) {
      let x = movesDown(reach, k, changes) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < olds.length && x - k < news.length && olds[x] === news[x - k]) x++;
      next.set(k, x);
      if (x >= olds.length && x - k >= news.length) return backtrack(olds, news, trace);
    }
    reach = next;
  }
  return [
    ...olds.map((line): Edit => ({ sign: '-', line })),
    ...news.map((line): Edit => ({ sign: '+', line })),
  ];
}

function movesDown(reach: ReadonlyMap<number, number>, k: number, changes: number): boolean {
  return k === -changes || (k !== changes && (reach.get(k - 1) ?? 0) < (reach.get(k + 1) ?? 0));
}

function backtrack(
  olds: readonly string[],
  news: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): Edit[] {
  const edits: Edit[] = [];
  let x = olds.length;
  let y = news.length;
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = trace[changes] ?? new Map<number, number>();
    const k = x - y;
    const from = movesDown(reach, k, changes) ? k + 1 : k - 1;
    const fromX = changes === 0 ? 0 : (reach.get(from) ?? 0);
    const fromY = changes === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      edits.push({ sign: ' ', line: olds[x] ?? '' });
    }
    if (changes === 0) break;
    if (x === fromX) edits.push({ sign: '+', line: news[--y] ?? '' });
    else edits.push({ sign: '-', line: olds[--x] ?? '' });
  }
  return edits.reverse();
}

/** Validates tracked objects and other definitions; `tracked.ts` builds those that are left. */
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { last, number, text } from '../typed/access.ts';
import type { TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';

/** Reports definitions that lack what they cannot be without; keepalived drops them. */
export function validateDefinitions(context: BuildContext): void {
  for (const typed of context.root.statements) {
    switch (typed.keyword.name) {
      case 'vrrp_script':
        needs(typed, 'script', context);
        break;
      case 'vrrp_track_process':
        needs(typed, 'process', context);
        validateQuorum(typed, context);
        break;
      case 'track_file':
        needs(typed, 'file', context);
        validateTrackFile(typed, context);
        break;
      case 'bfd_instance':
        validateBfd(typed, context);
        break;
      case 'garp_group':
        validateGarpGroup(typed, context);
        break;
      case 'track_group':
        needs(typed, 'group', context);
        break;
    }
  }
}

function nameOf(typed: TypedStatement): string {
  const name = typed.values[0];
  return typeof name === 'string' ? name : '';
}

/** Reports and drops a definition without a keyword that it cannot be without. */
export function needs(typed: TypedStatement, keyword: string, context: BuildContext): void {
  if (last(typed.block, keyword) !== undefined) return;
  context.dropped.set(typed, { why: `it has no ${keyword}` });
  const isTried = context.typing.tried.has(typed.block, keyword);
  if (isTried) context.typing.tried.noteName(nameOf(typed));
  atStatement(
    context,
    'block-dropped',
    typed.statement,
    `${typed.keyword.name} "${nameOf(typed)}" has no ${keyword} and is ignored`,
    {
      endLine: lastLineOf(typed.statement),
      expected: keyword,
      isConsequence: isTried,
    },
  );
}

function validateQuorum(typed: TypedStatement, context: BuildContext): void {
  const [quorum, max] = [number(typed.block, 'quorum'), number(typed.block, 'quorum_max')];
  const at = last(typed.block, 'quorum_max');
  if (quorum === undefined || max === undefined || at === undefined || max === 0 || max >= quorum)
    return;
  atStatement(
    context,
    'setting-reset',
    at.statement,
    `quorum_max ${max} is below quorum ${quorum} and is ignored`,
  );
}

/** Where files cannot be watched: directly below / and in file systems of the kernel. */
function validateTrackFile(typed: TypedStatement, context: BuildContext): void {
  const path = text(typed.block, 'file');
  const at = last(typed.block, 'file');
  if (path === undefined || at === undefined) return;
  const directory = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  const unwatchable = /^\/([^/]*$|(proc|sys)\/)/.test(path);
  if (!unwatchable && context.host.directoryExists?.(directory) !== false) return;
  const why = `"${path}" cannot be watched`;
  context.dropped.set(typed, unwatchable ? { why } : { why, cause: 'host' });
  atWord(
    context,
    'block-dropped',
    wordAt(at.statement, 1),
    `${why}; track_file "${nameOf(typed)}" is ignored`,
    unwatchable
      ? { suggestion: 'put the file into a directory of its own' }
      : { suggestion: `make the directory ${directory}`, cause: 'host' },
  );
}

function validateBfd(typed: TypedStatement, context: BuildContext): void {
  const neighbour = text(typed.block, 'neighbor_ip');
  const source = text(typed.block, 'source_ip');
  const what = `bfd_instance "${nameOf(typed)}"`;
  if (neighbour === undefined) needs(typed, 'neighbor_ip', context);
  else if (source !== undefined && source.includes(':') !== neighbour.includes(':')) {
    context.dropped.set(typed, { why: 'its source and neighbour are of different families' });
    atStatement(
      context,
      'block-dropped',
      typed.statement,
      `${what}: source and neighbour are of different families; it is ignored`,
      { endLine: lastLineOf(typed.statement) },
    );
  }
  const twin = context.root.statements.find(
    (other) =>
      other !== typed &&
      other.keyword.name === 'bfd_instance' &&
      text(other.block, 'neighbor_ip') === neighbour &&
      text(other.block, 'source_ip') === source,
  );
  if (neighbour === undefined || twin === undefined) return;
  if (context.root.statements.indexOf(twin) > context.root.statements.indexOf(typed)) return;
  context.dropped.set(typed, { why: 'another one has its neighbour and source' });
  atStatement(
    context,
    'duplicate-name',
    typed.statement,
    `${what} has the neighbour and source of another one and is ignored`,
    {
      related: [placeOf(twin.statement, 'the other one is here')],
    },
  );
}

function validateGarpGroup(typed: TypedStatement, context: BuildContext): void {
  const { block } = typed;
  if (last(block, 'garp_interval') !== undefined || last(block, 'gna_interval') !== undefined)
    return;
  drop(typed, 'a garp_group without interval does nothing and is ignored', context);
}

function drop(typed: TypedStatement, message: string, context: BuildContext): void {
  atStatement(context, 'block-dropped', typed.statement, message, {
    endLine: lastLineOf(typed.statement),
    isConsequence: context.typing.tried.has(typed.block, 'garp_interval', 'gna_interval'),
    expected: 'garp_interval or gna_interval',
  });
}

/** Names from which the names of files are made: of network namespaces, and of this instance of the program. */
import { isFileName } from '../../model/file-name.ts';
import { wordAt } from '../tree.ts';
import { last } from '../typed/access.ts';
import { atWord, type BuildContext } from './context.ts';

const KEYWORDS = ['net_namespace', 'net_namespace_ipvs', 'instance'] as const;

/**
 * Refuses a name that leads elsewhere. To go on without it is no way out: the director would hold its addresses in another network than
 * the file says.
 */
export function validatePlaceNames(context: BuildContext): void {
  for (const keyword of KEYWORDS) {
    const typed = last(context.root, keyword);
    if (typed === undefined || typed.statement.words.length < 2) continue;
    const token = wordAt(typed.statement, 1);
    if (isFileName(token.text)) continue;
    atWord(context, 'place-name', token, `${keyword}: ${JSON.stringify(token.text)} is no name`, {
      expected: 'a name without a slash, other than . and ..',
    });
  }
}

/**
 * `npm run generate`: writes anew what is made from the keyword tables and the command line and kept in the repository: the reference
 * of the language, the JSON Schema and the shell completions. Tests fail when one of them is out of date.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const tandem = (...words) =>
  execFileSync(process.execPath, [resolve(root, 'dist/main.js'), ...words], { encoding: 'utf8' });

tandem('docs', '--write', resolve(root, 'conf/docs'));
const files = {
  'conf/tandem.schema.json': ['schema'],
  'deploy/completions/tandem.bash': ['completion', 'bash'],
  'deploy/completions/_tandem': ['completion', 'zsh'],
  'deploy/completions/tandem.fish': ['completion', 'fish'],
};
for (const [file, words] of Object.entries(files)) {
  writeFileSync(resolve(root, file), tandem(...words));
}

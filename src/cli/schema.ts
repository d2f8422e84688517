/** `tandem schema`: the JSON Schema of the YAML form, for editors. `conf/tandem.schema.json` is its output. */
import { yamlJsonSchema } from '../core/language/yaml/json-schema.ts';
import { EXIT_OK } from './exit.ts';
import { print } from './output.ts';

/** The schema as text. */
export function schemaText(): string {
  return `${JSON.stringify(yamlJsonSchema(), null, 1)}\n`;
}

/** Carries the command out; resolves with the exit status. */
export async function schema(): Promise<number> {
  await print(schemaText());
  return EXIT_OK;
}

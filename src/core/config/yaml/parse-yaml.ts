/** From YAML text to the tree of the configuration, with everything that is wrong about the YAML itself. */
import type { DiagnosticList } from '../diagnostic.ts';
import { ROOT } from '../keywords/root.ts';
import type { SourceFile } from '../source.ts';
import { atRange, type Block } from '../tree.ts';
import type { YamlReader } from './document.ts';
import { LineIndex } from './places.ts';
import { readYamlTree } from './read-tree.ts';

/** Parses a file in YAML form; the tree is empty when it is not valid YAML. */
export function parseYamlTree(
  file: SourceFile,
  reader: YamlReader,
  diagnostics: DiagnosticList,
): { readonly tree: Block; readonly files: readonly string[] } {
  const document = reader(file.text);
  const lines = new LineIndex(file);
  const other = looksLikeOtherForm(file.text)
    ? 'this looks like keepalived.conf; give the file a name without .yaml'
    : undefined;
  for (const { code, message, start, end } of document.problems) {
    const line = lines.physical(start, end);
    diagnostics.report(code, message, {
      ...atRange(line, line.start, line.end),
      suggestion: other,
    });
  }
  return { tree: readYamlTree(file, document, ROOT, diagnostics), files: [file.name] };
}

/** True for text with a block of `keepalived.conf` in it. */
function looksLikeOtherForm(text: string): boolean {
  return /^[ \t]*(global_defs|vrrp_instance|virtual_server|vrrp_script)\b[^:\n]*\{[ \t]*$/m.test(
    text,
  );
}

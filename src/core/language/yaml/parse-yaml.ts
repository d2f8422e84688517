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
  const comments = document.comments.filter((comment) => !EDITOR_LINE.test(comment.text));
  const { root } = document;
  const isOther = other !== undefined && root?.kind === 'scalar';
  if (isOther) {
    const line = lines.physical(root.start, root.end);
    diagnostics.report('yaml-syntax', 'the file is not in YAML form', {
      ...atRange(line, line.start, line.end),
      suggestion: other,
    });
  }
  const kept = { ...document, comments, root: isOther ? undefined : root };
  const tree = readYamlTree(file, kept, ROOT, diagnostics);
  return { tree, files: [file.name] };
}

/** Tells editors where the schema is; no comment on the configuration. */
const EDITOR_LINE = /^#\s*yaml-language-server:/;

/** True for text with a block of `keepalived.conf` in it. */
function looksLikeOtherForm(text: string): boolean {
  return /^[ \t]*(global_defs|vrrp_instance|virtual_server|vrrp_script)\b[^:\n]*\{[ \t]*$/m.test(
    text,
  );
}

/** Small pieces of Markdown. */

/** The first line of every page. */
export const GENERATED =
  '<!-- Made from the keyword tables by "tandem docs --write conf/docs"; do not edit. -->\n';

/** A link to a page or to a place in it. */
export function link(target: string, text: string): string {
  return `[${text}](${target})`;
}

/** A text inside a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Text that is shown as it is, in a line. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Text that is shown as it is, on lines of its own. */
export function codeBlock(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

/** A place that links can name. */
export function anchor(name: string): string {
  return `<a id="${name}"></a>`;
}

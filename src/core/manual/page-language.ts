/** The page about what is no keyword. */
import { cell, code, codeBlock, GENERATED } from './markdown.ts';
import { TOPICS, type Topic } from './topics.ts';

/** The page. */
export function languagePage(): string {
  return [
    GENERATED,
    '# The language',
    '',
    'Order of work: comments are cut off, conditions decided, definitions kept or inserted, comments cut off once more, includes read and',
    'sequences unrolled. What remains is split into words and braces.',
    '',
    ...TOPICS.flatMap(section),
  ].join('\n');
}

function section({ name, summary, forms, text, example }: Topic): string[] {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return [
    `## ${title}`,
    '',
    `${summary}.`,
    '',
    '| form | meaning |',
    '| --- | --- |',
    ...forms.map(([form, meaning]) => `| ${cell(code(form))} | ${cell(meaning)} |`),
    '',
    ...text.flatMap((paragraph) => [paragraph, '']),
    codeBlock(example),
    '',
  ];
}

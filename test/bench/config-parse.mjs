// Part of config.mjs: reads the file named and prints, as JSON, how long the front end took and the peak memory.
import { readFileSync } from 'node:fs';
import { parseConfig } from '../../dist/core/config/parse-config.js';

const [, , file] = process.argv;
const start = performance.now();
const text = readFileSync(file, 'utf8');
const loader = { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] };
const result = parseConfig({ file, text, loader });
const seconds = (performance.now() - start) / 1000;
const bytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ seconds, bytes, status: result.verdict.exitStatus }));

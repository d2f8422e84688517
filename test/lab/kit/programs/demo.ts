/**
 * Gives the demonstration in the kernel it is started in: `node demo.js DIRECTORY [--keep] [--colour] [--without-ipvs]`.
 */
import { giveDemo } from '../../demo/demo.ts';

const [directory = '', ...flags] = process.argv.slice(2);

process.exitCode = await giveDemo({
  directory,
  keep: flags.includes('--keep'),
  hasColour: flags.includes('--colour'),
  hasIpvs: !flags.includes('--without-ipvs'),
});

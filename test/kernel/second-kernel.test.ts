/** A few tests of each kind on the other guest kernel, and what only a full kernel has. */
import { declareOnSecondKernel } from './guest.ts';

await declareOnSecondKernel({
  names: ['ipvs', 'rtnetlink', 'full-kernel'],
  tests: [
    'bytes',
    'the table (holds|is changed|loses)',
    'refusals are matched',
    'daemons',
    'interfaces',
    'addresses is (what|usable)',
    'a full kernel',
  ].join('|'),
});

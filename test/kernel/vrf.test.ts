/** Instances in a VRF, in a kernel that has it, which this machine's may lack. */
import { declareIpvsSuite } from './guest.ts';

await declareIpvsSuite('vrf');

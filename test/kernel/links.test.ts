/** Interfaces of instances in a kernel that has ipvlan and VRF, which this machine's may lack. */
import { declareIpvsSuite } from './guest.ts';

await declareIpvsSuite('links');

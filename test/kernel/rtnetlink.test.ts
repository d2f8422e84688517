/** The rtnetlink driver in a network namespace of this machine. */
import { declareNamespaceSuite } from './guest.ts';

await declareNamespaceSuite('rtnetlink');

/**
 * Making a director of any kind.
 */
import type { LabNode } from '../node.ts';
import type { Director, RouterKind } from './director.ts';
import { FrrRouter } from './frr.ts';
import { KeepalivedDirector } from './keepalived.ts';
import { TandemDirector } from './tandem.ts';

/** A director program for a node; not started yet. */
export function createDirector(kind: RouterKind, node: LabNode): Director {
  switch (kind) {
    case 'keepalived':
      return new KeepalivedDirector(node);
    case 'frr':
      return new FrrRouter(node);
    case 'tandem':
      return new TandemDirector(node);
  }
}

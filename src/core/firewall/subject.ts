/** What rules are for: each purpose has its wish, its places and its words. The keeper of rules (`daemon/supervisor/firewall-keeper.ts`) is the same for all. */
import type { Config } from '../model/config.ts';
import type { RulePlace, RulePurpose, RuleWriter } from './rule-writer.ts';

/** One purpose. `Wish` is what a configuration asks for. */
export interface RuleSubject<Wish> {
  readonly purpose: RulePurpose;
  /** What a configuration wants; undefined: no rule. */
  wishOf(config: Config): Wish | undefined;
  /** What satisfies both while a reload is carried out. */
  both(before: Wish | undefined, after: Wish | undefined): Wish | undefined;
  /** The part of a wish that can be written now, by the interfaces that exist. */
  writable(wish: Wish, exists: (device: string) => boolean): Wish;
  /** Interfaces whose index stands in rules: they are written anew when one changes. */
  devices(wish: Wish): readonly string[];
  /** Where the rules are to stand, by preference. */
  places(wish: Wish): readonly RulePlace[];
  /** Writes them there. Without a wish it only looks and removes. */
  writer(place: RulePlace, wish: Wish | undefined): RuleWriter<Wish>;
  /** What the rules are for, as people read it: addresses or services. */
  wanted(wish: Wish): readonly string[];
  /** What holds, in the same words, by the items that were seen. */
  held(wish: Wish, items: readonly string[]): readonly string[];
}

/** Priorities beyond their range. */
import { describeRule, vrrp } from '../describe-rule.ts';

const script = (name: string, weight: string): string =>
  `vrrp_script ${name} {\n script /bin/true\n weight ${weight}\n}\n`;
const track = (...names: string[]): string => `track_script {\n ${names.join('\n ')}\n }`;

describeRule('priority-clamped', [
  {
    it: 'points at a sum above 254',
    text: script('A', '20') + vrrp(`priority 240 # here\n  ${track('A')}`),
    says: /comes to 260; 254 is used/,
  },
  {
    it: 'points at a sum below 1',
    text:
      script('A', '-50') + script('B', '-60') + vrrp(`priority 100 # here\n  ${track('A', 'B')}`),
    says: /comes to -10; 1 is used/,
  },
  {
    it: 'counts reverse with its sign turned round',
    text: script('A', '50 reverse') + vrrp(`priority 30 # here\n  ${track('A')}`),
    says: /-20/,
  },
  {
    it: 'accepts sums in the range',
    text: script('A', '-20') + vrrp(`priority 100\n  ${track('A')}`),
  },
  {
    it: 'does not add what cannot come together',
    text: script('A', '20') + script('B', '-20') + vrrp(`priority 230\n  ${track('A', 'B')}`),
  },
]);

/** What tools of the firewall print: nft, iptables-save, ipset. */
import assert from 'node:assert/strict';
import { FULL_NAT_CHAIN } from '../../src/core/firewall/full-nat/chain-content.ts';
import { FULL_NAT_CONTENT } from '../../src/core/firewall/full-nat/nft-content.ts';
import { savedSet, setLines } from '../../src/core/firewall/ipset-sets.ts';
import { savedRules } from '../../src/core/firewall/iptables-chains.ts';
import { droppedAddresses } from '../../src/core/firewall/iptables-rules.ts';
import { MARKS_CHAIN } from '../../src/core/firewall/marks/chain-content.ts';
import { MARKS_CONTENT } from '../../src/core/firewall/marks/nft-content.ts';
import { listedTable } from '../../src/core/firewall/nft-listing.ts';
import { elementText } from '../../src/core/firewall/nft-rules.ts';
import type { FuzzTarget } from './engine.ts';
import { texts } from './texts.ts';

const DECODER = new TextDecoder();

/** The tools. */
export const TOOLS_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'nft-listing',
    samples: texts(
      '{"nftables":[{"metainfo":{}},{"table":{"family":"inet","name":"tandem"}},{"set":{"name":"vips","type":"ipv4_addr","elem":["192.0.2.1"]}},{"chain":{"name":"in","type":"filter","hook":"input","prio":-1,"policy":"accept"}},{"rule":{"chain":"in","expr":[{"match":{}},{"counter":{"packets":1}},{"drop":null}]}}]}',
      '{"nftables":[{"table":{"family":"ip","name":"t"}},{"map":{"name":"tcp_map","type":["ipv4_addr","inet_service"],"map":"mark","elem":[[{"concat":[{"prefix":{"addr":"10.0.0.0","len":28}},80]},1000],[{"concat":[{"range":["10.0.1.1","10.0.1.9"]},80]},7]]}},{"rule":{"chain":"post","expr":[{"snat":{"addr":{"prefix":{"addr":"10.0.0.4","len":31}}}}]}}]}',
    ),
    pieces: texts(
      '{',
      '}',
      '[',
      ']',
      'null',
      '0',
      '"elem":',
      '"concat":',
      '"expr":',
      '"__proto__":',
      '"table":{}',
    ),
    run: (input) => {
      const text = DECODER.decode(input);
      const table = listedTable(text);
      assert.deepEqual(listedTable(text), table);
      for (const elements of Object.values(table?.elements ?? {})) {
        for (const element of elements) {
          assert.equal(typeof elementText(element), 'string');
          for (const set of ['tcp_0', 'any_0', 'mark_0', 'tcp_map', 'tcp_any_map']) {
            FULL_NAT_CONTENT.itemOf('ip', set, element);
            MARKS_CONTENT.itemOf('ip', set, element);
          }
        }
      }
    },
  },
  {
    name: 'iptables-save',
    samples: texts(
      '*filter\n:INPUT ACCEPT [0:0]\n:tandem-in - [0:0]\n-A INPUT -j tandem-in\n-A tandem-in -d 192.0.2.1/32 -j DROP\n-A tandem-in -d 192.0.2.2/32 -i eth0 -j DROP\nCOMMIT\n',
    ),
    pieces: texts('\n', ' ', '-A ', '-j ', ':', 'tandem-in', 'DROP', '/'),
    run: (input) => {
      const { chains, lines, jumps } = savedRules({ kind: 'done', output: DECODER.decode(input) }, [
        'tandem-in',
        'tandem-out',
      ]);
      for (const line of [...lines, ...jumps]) assert.match(line, /^-A \S+ .*-j \S+/);
      assert.ok(droppedAddresses(lines).length <= lines.length);
      for (const line of lines) {
        FULL_NAT_CHAIN.itemOf('ipv4', line);
        MARKS_CHAIN.itemOf('ipv4', line);
      }
      for (const chain of chains) assert.match(chain, /^tandem/);
    },
  },
  {
    name: 'ipset-save',
    samples: texts(
      'create t hash:ip family inet hashsize 1024 maxelem 65536\nadd t 192.0.2.1\nadd t 192.0.2.2\n',
    ),
    pieces: texts('\n', ' ', 'create ', 'add ', 't ', 'family '),
    run: (input) => {
      const seen = savedSet('t', { kind: 'done', output: DECODER.decode(input) } as never);
      if (seen === undefined) return;
      assert.deepEqual(setLines(seen, seen), [], 'what is as wished needs no line');
    },
  },
];

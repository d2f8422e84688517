// A large configuration as providers have them: many services, some with hundreds of servers, TCP and HTTP checks, comments.

/** The text of a configuration with so many virtual and real servers. Valid, and keepalived has nothing to say of it. */
export function largeConfiguration({ virtual, real }) {
  const lines = ['! generated', 'global_defs {', '    router_id large', '}', ''];
  let left = real;
  for (let i = 0; i < virtual; i++) {
    const share = Math.ceil(left / (virtual - i));
    left -= share;
    lines.push(...virtualServer(i, share));
  }
  return `${lines.join('\n')}\n`;
}

function virtualServer(index, servers) {
  const port = index % 3 === 0 ? 443 : 80;
  const lines = [
    `# service ${index}`,
    `virtual_server ${address(10, index)} ${port} {`,
    '    delay_loop 6',
    '    lb_algo wrr',
    '    lb_kind NAT',
    '    protocol TCP',
    '    quorum 1',
  ];
  for (let i = 0; i < servers; i++) {
    const check = index % 2 === 0 ? TCP : HTTP;
    lines.push(
      `    real_server ${address(172, index * 512 + i)} ${port} {`,
      '        weight 10',
      ...check,
      '    }',
    );
  }
  lines.push('}', '');
  return lines;
}

const TCP = [
  '        TCP_CHECK {',
  '            connect_timeout 3',
  '            retry 2',
  '            delay_before_retry 1',
  '        }',
];

const HTTP = [
  '        HTTP_GET {',
  '            url {',
  '                path /health',
  '                status_code 200',
  '            }',
  '            connect_timeout 3',
  '            retry 2',
  '        }',
];

function address(first, number) {
  return `${first}.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

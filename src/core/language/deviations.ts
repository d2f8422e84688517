/**
 * Where our verdict on a file differs from that of `keepalived -t` on purpose, as data: the user
 * documentation prints this table. Anything else that differs is a mistake of ours.
 */

/** One deliberate difference. */
export interface Deviation {
  /** What the file contains. */
  readonly input: string;
  /** What keepalived 2.4 makes of it. */
  readonly keepalived: string;
  /** What we make of it. */
  readonly ours: string;
  readonly reason: string;
}

/** All deliberate differences of verdict or meaning in the configuration language. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    input:
      'full-width spaces, no-break spaces, typographic quotes, a byte order mark or zero-width characters outside comments',
    keepalived: 'reads them as letters of words: unknown keywords and bad numbers (status 5)',
    ours: 'read as the ASCII characters they stand for, with a notice (status 0)',
    reason: 'they come from copying out of web pages and are always meant that way',
  },
  {
    input: 'a configuration file that does not exist, is a directory or is executable',
    keepalived: 'a message, and status 0',
    ours: 'an error, and status 6',
    reason: 'whoever names a file to check wants to know that nothing was checked',
  },
  {
    input:
      'a file that is a pipe, a device or made up by the kernel, or whose file system does not answer',
    keepalived: 'read; it may wait for ever',
    ours: 'not read; a file that does not answer within 5 s refuses the configuration',
    reason:
      'a reload must not hold a running director, and half a configuration must not replace it',
  },
  {
    input: 'a comment inside a definition of several lines, or a missing backslash',
    keepalived: 'ends the definition there and reads what follows outside of it',
    ours: 'one error; the definition goes on',
    reason: 'the lines that follow make no sense outside the definition',
  },
  {
    input: 'a name in braces, as in a shell, that is not defined',
    keepalived: 'reads its braces as those of a block, and what follows in the wrong block',
    ours: 'one warning; the word stays, without braces',
    reason: 'the mistake is the name',
  },
  {
    input: 'an unknown block',
    keepalived: 'reads its lines as lines of the surrounding block and closes that block at its }',
    ours: 'one error; the block is skipped whole, what follows is read as written; a notice names the lines that keepalived misreads',
    reason: 'one mistake is one message',
  },
  {
    input: 'a missing { or }',
    keepalived: 'every following line is an error',
    ours: 'one error at the place where the brace is missing; the rest is read as if it were there; a notice names the lines that keepalived misreads',
    reason: 'one mistake is one message',
  },
  {
    input: 'bfd_instance without a name; virtual_server fwmark or group without its second word',
    keepalived: 'crashes',
    ours: 'an error (status 5, or 2 for the missing word)',
    reason: 'bad input must not crash',
  },
  {
    input: 'a line longer than 1023 bytes',
    keepalived: 'complains and reads the rest as a line of its own',
    ours: 'complains and reads the line as a whole',
    reason: 'the line is what was meant',
  },
  {
    input: 'global_defs below an instance',
    keepalived: 'announcement and down-timer defaults have no effect on instances above',
    ours: 'defaults count for all instances',
    reason: 'nobody expects the order of blocks to matter',
  },
  {
    input: 'persistence_granularity 24 for an IPv4 service',
    keepalived: 'the mask 0.0.0.24, without a word',
    ours: 'the prefix length 24, with a notice',
    reason: 'the mask is never meant',
  },
  {
    input: 'persistence_granularity with a mask that has holes',
    keepalived: 'accepted',
    ours: 'a warning; the mask is not used',
    reason: 'clients cannot be grouped by it in a way anyone could predict',
  },
  {
    input: 'a range or prefix of a virtual_server_group that leaves its last octet',
    keepalived: 'never ends (IPv4) or wraps (IPv6)',
    ours: 'expanded as written, up to a limit',
    reason: 'it is a defect there',
  },
  {
    input: 'SMTP_CHECK with host blocks',
    keepalived: 'other targets than those that are written, each with a time-out of 0',
    ours: 'each block is a target; all have to answer',
    reason: 'it is a defect there',
  },
  {
    input: 'enable_sni with a port in virtualhost',
    keepalived: 'the port is part of the name that is sent',
    ours: 'the name without the port',
    reason: 'no server knows itself by such a name (RFC 6066 section 3)',
  },
  {
    input: 'regex_min_offset, regex_max_offset',
    keepalived: 'bytes from the beginning of the header, when it comes together with the body',
    ours: 'bytes from the beginning of the body',
    reason: 'whether both come together is up to the network',
  },
  {
    input: 'FILE_CHECK with weight 0 reverse',
    keepalived: 'reverse counts only from the first change on',
    ours: 'reverse counts from the start',
    reason: 'it is a defect there',
  },
  {
    input: 'DNS_CHECK name with a first label of one letter',
    keepalived: 'an error; asks for the root instead (status 5)',
    ours: 'used, with a warning that keepalived does not accept it (status 5)',
    reason: 'such names are valid',
  },
  {
    input: 'no_accept, or strict mode without accept',
    keepalived: 'drops packets to and from the addresses while the instance is master',
    ours: 'drops them in every state, from before the start until after the stop',
    reason:
      'no program has to run when an instance becomes master, and no packet comes through before it has',
  },
  {
    input: 'vrrp_iptables',
    keepalived:
      'rules between those of the administrator, in sets of ipset unless vrrp_ipsets stands alone',
    ours: 'chains tandem-in and tandem-out, to which the first rule of each named chain leads; sets only where vrrp_ipsets names them',
    reason: 'they can be replaced in one step, and removed without touching other rules',
  },
  {
    input: 'vrrp_ipsets with more than three names',
    keepalived: 'sets for what VMACs must not send: IGMP, MLD and neighbour discovery',
    ours: 'the first three names are used, for addresses; nothing that needs such a rule leaves a VMAC',
    reason: 'a VMAC joins no group here',
  },
  {
    input: 'nftables_ifindex',
    keepalived: 'a rule goes on with the index of an interface that is gone',
    ours: 'an interface that is made anew is matched again within about two seconds; a match by name needs no such time',
    reason: 'an index does not belong to a name for ever',
  },
  {
    input: 'virtual_server fwmark 0',
    keepalived: 'a virtual server without address',
    ours: 'an error; the block is left out',
    reason: 'mark 0 means no mark',
  },
  {
    input: 'a time with a unit, such as delay_loop 5s',
    keepalived: 'an error in the test, five microseconds in the daemon',
    ours: 'an error, and the value is not used',
    reason: 'the daemon must not read a file differently from the test',
  },
  {
    input: 'a sorry_server without a port, reached by NAT',
    keepalived: 'connections to it go to port 0',
    ours: 'the port of the virtual server is used, with a notice',
    reason: 'that is the port clients use',
  },
  {
    input:
      'more virtual_ipaddress lines than one advertisement holds (255, or what fits the MTU of the interface)',
    keepalived: 'complains (status 5) and does not advertise the rest',
    ours: 'an error (status 5): refused beyond 255; what does not fit the MTU puts the instance into FAULT until the MTU allows it',
    reason: 'the list would depend on the MTU of each host, and peers would differ',
  },
  {
    input: 'two virtual servers for one service',
    keepalived:
      'both are run; their real servers end up in one kernel service, and a stop reports errors',
    ours: 'the same in the kernel, without errors at a stop, and with a warning',
    reason: 'a copied block is rarely meant to be a second one',
  },
  {
    input: 'a range of a virtual_server_group of more than 65,536 addresses',
    keepalived: 'accepted',
    ours: 'an error; the entry is left out',
    reason: 'so many services are a mistake; marks serve any number of addresses',
  },
  {
    input: 'missing words inside a virtual_server whose header is wrong',
    keepalived: 'the block is passed over (status 5)',
    ours: 'all mistakes are named (status 2)',
    reason: 'all problems of a file at once',
  },
  {
    input: 'a real server without a port whose checker has no connect_port',
    keepalived: 'checks port 0 and fails for ever',
    ours: 'checks the port of the virtual server',
    reason: 'that is the port clients use',
  },
];

/** Situations in which Tandem runs a file otherwise than keepalived does, shown on the page of differences. */
export const RUNTIME_DEVIATIONS: readonly Deviation[] = [
  {
    input: 'use_vmac and an interface of that name that somebody else has made',
    keepalived: 'takes the next free name',
    ours: 'FAULT with the reason own-interface; the other interface is not touched, and the instance starts when it is gone',
    reason: 'firewall rules and monitoring go by the name',
  },
  {
    input: 'use_vmac while the instance is Backup',
    keepalived:
      'joins the group on the VMAC, and needs a rule of nftables or iptables so that the report does not leave with the virtual hardware address; an IPv6 VMAC has the link-local address of its base interface',
    ours: 'joins on the base interface, hears on the VMAC below the IP layer, and puts no address on it: nothing leaves with the virtual hardware address, without any firewall',
    reason: 'a switch that learns the virtual hardware address from a Backup cuts the Master off',
  },
  {
    input: 'settings of the kernel for use_vmac',
    keepalived:
      'arp_ignore and arp_filter of the base interface stay changed at the stop; all.rp_filter is set to 0 and that of each interface raised',
    ours: 'what was changed at the base interface is put back, also after a crash, and arp_announce is 2 there; where all.rp_filter is 1, the VMAC alone filters loosely',
    reason:
      'without arp_announce, ARP requests teach hosts the address of the base interface (RFC 9568 section 8.1.2)',
  },
  {
    input: 'somebody deletes the VMAC of a Master, or sets it down',
    keepalived: 'FAULT, then an election',
    ours: 'the interface and its addresses are made again at once, announced, and mastership stays',
    reason: 'as for addresses: the repair is quicker than an election',
  },
  {
    input: 'a reload that adds, changes or removes use_vmac',
    keepalived:
      'another instance, which is Backup first; with another name only, a Master without addresses',
    ours: 'mastership stays, and the addresses move to the new interface and are announced',
    reason: 'changing how addresses are held need not cost a failover',
  },
  {
    input: 'disable_local_igmp',
    keepalived: 'sets net.ipv4.igmp_link_local_mcast_reports of the whole system to 0',
    ours: 'does not join IPv4 groups, and hears advertisements below the IP layer',
    reason: 'other programs, such as OSPF, need their reports',
  },
  {
    input: 'mcast_src_ip or unicast_src_ip names an address that the host does not have',
    keepalived: 'sends from it all the same (IPv4), unless track_src_ip is set',
    ours: 'FAULT until the address is there, with or without track_src_ip',
    reason: 'two hosts with one file would both be master; peers that check sources hear nothing',
  },
  {
    input: 'the kernel refuses advertisements (a firewall, no route, no valid source)',
    keepalived: 'stays master',
    ours: 'FAULT when as many were refused as peers bear (down_timer_adverts), tried again after 1 to 30 seconds',
    reason: 'peers take over at that moment, and there would be two masters',
  },
  {
    input: '`skip_check_adv_addr off`',
    keepalived: 'switches the skipping on: any word behind it does',
    ours: 'switches it off',
    reason: 'that is what the word says',
  },
  {
    input: 'a virtual route or rule that somebody else removes',
    keepalived: 'the instance resigns, removes everything and is master again after the skew time',
    ours: 'it is set again at once, and the instance stays master; a fight is said, with pauses of up to 10 s. When the kernel does not take it back, the instance gives mastership away',
    reason: 'giving mastership away mends no route that can be set here',
  },
  {
    input: 'a route or rule that the kernel refuses',
    keepalived: 'one line, and nothing more until the next change of state',
    ours: 'is tried again with pauses of up to 30 s and when the network changes; status and metrics tell of it',
    reason: 'a gateway is often reachable a moment later',
  },
  {
    input:
      'a route of the type local, broadcast or anycast without a scope, or with a gateway of the other family',
    keepalived: 'is refused by the kernel, or left out',
    ours: 'has the scope that the kernel wants, as with ip route; the gateway of the other family is used',
    reason: 'the line can mean nothing else',
  },
  {
    input: 'IPv6 static routes, and addresses with a peer, at the stop',
    keepalived: 'stay',
    ours: 'are removed',
    reason: 'a stopped director holds nothing',
  },
  {
    input: 'a rule with no_track and without a protocol; preferred_lft of an IPv4 address',
    keepalived: 'protocol 0; no effect',
    ours: 'protocol 18, as routes have it; it is in effect',
    reason:
      'a rule without a mark cannot be told from those of others; whoever writes a lifetime wants it',
  },
  {
    input: 'a notify script that is still running when the next state comes',
    keepalived: 'starts the next one beside it; the slow one may end last',
    ours: 'the newest state waits for it (30 s, then it gets SIGTERM); states in between are left out and named in the log; no script runs longer than 10 minutes',
    reason: 'what the script leaves behind is the state that is',
  },
  {
    input: 'a sync group and its members',
    keepalived: 'tells the group before its members at a start',
    ours: 'always the members first, then the group',
    reason: 'one order for all changes',
  },
  {
    input: 'notify_master_rx_lower_pri, and MASTER_RX_LOWER_PRI on FIFOs',
    keepalived: 'once for each advertisement',
    ours: 'at once, and again every 30 s while it lasts',
    reason: 'a router that does not give way would start scripts without end',
  },
  {
    input: 'notify_stop, and scripts, lines and mails of a stop',
    keepalived:
      'a script gets one second; mails are never delivered; the program of a FIFO is ended before it can read the last lines',
    ours: 'all together get 5 s; the program of a FIFO sees the last lines; what was not delivered is said',
    reason: 'the last state is the one that counts',
  },
  {
    input: 'a FIFO that is full',
    keepalived: 'keeps the oldest lines and loses the newest without a word',
    ours: 'keeps the newest line of each instance, group and server until there is room, and says how many were dropped',
    reason: 'a reader that comes back learns how things are',
  },
  {
    input: 'a FIFO that a stranger made in a directory where everybody may make files',
    keepalived: 'used',
    ours: 'refused, unless the keyword names that user',
    reason: 'he could write what the program of the FIFO takes for the state of an instance',
  },
  {
    input: 'a reload with FIFOs',
    keepalived:
      'makes each FIFO and its program anew; fifo_write_vrrp_states_on_reload leaves out instances that are MASTER',
    ours: 'a FIFO and a program that stay as configured go on; the states of all are repeated',
    reason: 'a reader loses nothing',
  },
  {
    input: 'the program of a FIFO that ends',
    keepalived: 'is not started again',
    ours: 'is started again after 1 s, with pauses that grow to a minute',
    reason: 'somebody has to read',
  },
  {
    input: 'a mail that the relay does not take',
    keepalived: 'is lost; one refused recipient costs all others their mail',
    ours: 'is tried 10 times within half an hour; each recipient stands alone; what is given up is said',
    reason: 'the network often fails together with what the mail is about',
  },
  {
    input: 'the first words to a mail relay',
    keepalived: 'HELO',
    ours: 'EHLO, and HELO to a relay that does not know it; TLS is not used',
    reason: 'RFC 5321 section 3.2',
  },
  {
    input: 'the mail of a check that succeeds while its server stays down',
    keepalived: 'says DOWN with the text of a success',
    ours: 'is not sent',
    reason: 'it reads as a contradiction; the server is mailed when it is up',
  },
  {
    input: 'a virtual server that loses its quorum by a reload',
    keepalived: 'is reported DOWN twice',
    ours: 'once',
    reason: 'it is one event',
  },
  {
    input: 'script_user below the scripts',
    keepalived: 'counts for scripts below it only',
    ours: 'the last one counts for all scripts without a user of their own',
    reason: 'nobody expects the order of blocks to matter',
  },
  {
    input: 'a tracked script that cannot be executed: no interpreter, no permission for its user',
    keepalived: 'counts it as a success',
    ours: 'a failure; log and status name the reason',
    reason: 'a check that does not run must not keep a director master',
  },
  {
    input: 'init_fail, fork_delay',
    keepalived: 'no effect',
    ours: 'what the manual says: a failure until the first result; a pause before a new process counts',
    reason: 'whoever writes them wants it',
  },
  {
    input: 'track_interface without a weight, with reverse',
    keepalived: 'the fault of the start ends when any other interface comes up',
    ours: 'a fault as long as the interface is up',
    reason: 'another interface says nothing about this one',
  },
  {
    input: 'a tracked file that is a symbolic link, or whose directory is replaced',
    keepalived: 'not heeded',
    ours: 'read through the link, within a second',
    reason: 'links into a directory of an application are common',
  },
  {
    input: 'bfd_instance with an IPv6 neighbour and without hoplimit',
    keepalived: 'packets leave with hop limit 64, which neighbours that follow RFC 5881 drop',
    ours: 'packets leave with hop limit 255; 64 is accepted from the neighbour',
    reason: 'sessions with routers come up, and so do those with keepalived',
  },
  {
    input: 'a BFD session whose director stops, or whose neighbour is in AdminDown',
    keepalived:
      'the neighbour is told nothing; AdminDown leaves the priority of trackers as it was',
    ours: 'the neighbour is told Down at once; AdminDown counts as down',
    reason: 'who tracks a session wants to know as soon as it is not there',
  },
  {
    input:
      'a program that is looked for in PATH, behind a directory that others than root may write, with enable_script_security',
    keepalived: 'run as root',
    ours: 'not run as root, and named',
    reason: 'whoever may write the directory could put another program of the name there',
  },
  {
    input: 'the environment of programs',
    keepalived: 'that of the daemon, but for IFS, LD_PRELOAD and LD_LIBRARY_PATH',
    ours: 'that of the daemon, but for IFS and LD_*, and for what a service manager or Node.js says to the daemon alone (NOTIFY_SOCKET, WATCHDOG_*, LISTEN_*, NODE_* and the like)',
    reason: 'a script could say in our name that we are ready, or alive',
  },
  {
    input: 'programs of a process that is killed',
    keepalived:
      'get SIGTERM; one that ignores it, and what it has started, goes on beside the next',
    ours: 'are ended before the successor starts any',
    reason: 'two scripts of one instance side by side end in an order that nobody knows',
  },
  {
    input: 'a process with BFD sessions that is killed and started again',
    keepalived: 'all its sessions are told to be down at once, and begin anew',
    ours: 'the sessions go on as they were; one whose neighbour has noticed the gap counts as up until it is back, for both detection times and 3 s at the longest',
    reason: 'a restart of one of our processes is no failure of a path',
  },
  {
    input: 'stats_dump_file, json_dump_file',
    keepalived: 'read, without an effect',
    ours: 'name the file that USR2 and signal 36 have written, as state_dump_file does for USR1',
    reason: 'it is what they say',
  },
  {
    input: 'data_use_instance',
    keepalived: 'changes the names of data dumps only',
    ours: 'changes those of the statistics and of JSON too',
    reason: 'two instances would write over the files of one another',
  },
  {
    input: 'a dump that a signal asks for',
    keepalived:
      'holds descriptors, timers and interfaces of the program; without a VRRP process nothing is written',
    ours: 'holds what the processes told last, a second ago at most; an instance of which nothing is known is not in it, and passwords are masked',
    reason: 'nothing that is not known is shown, and no old file passes for a new one',
  },
  {
    input: 'vrrp_no_swap, checker_no_swap, bfd_no_swap',
    keepalived: 'locks the memory of the process',
    ours: 'nothing is locked; where the host can swap and the service may use swap, a warning asks for MemorySwapMax=0, which the unit of Tandem has',
    reason: 'the runtime ends when a lock refuses it memory',
  },
  {
    input: 'vrrp_rlimit_rttime and its kind below 100000',
    keepalived: 'the limit as written; 10000 microseconds without the keyword',
    ours: '100000 microseconds; 1 s without the keyword',
    reason: 'what the runtime does at once may take tens of milliseconds',
  },
  {
    input: 'bfd_priority, bfd_rt_priority, bfd_cpu_affinity, bfd_rlimit_rttime, bfd_no_swap',
    keepalived: 'are about the BFD process',
    ours: 'count for the vrrp process, which runs the sessions: of two priorities the more urgent one, of processors and limits those of the vrrp process where both are written',
    reason:
      'a session that goes down changes a priority at once, without a message between processes',
  },
  {
    input: 'vrrp_rt_priority together with scripts',
    keepalived: 'the vrrp process loses its real-time priority with the first script',
    ours: 'keeps it: scripts run in another process, with ordinary priority',
    reason: 'it is meant for the protocol',
  },
  {
    input: 'net_namespace, instance',
    keepalived: 'a mount of its own over /run/keepalived',
    ours: 'PID files in /run/keepalived/NAMESPACE, seen from everywhere; sockets and records in /run/tandem-NAMESPACE_INSTANCE: tandem status --runtime-dir names it',
    reason: 'operators find both from outside of the namespace',
  },
  {
    input: 'net_namespace_ipvs',
    keepalived: 'only the socket of IPVS is in that namespace',
    ours: 'the whole health process is: it checks from where the table is',
    reason: 'a check that goes another way than the packets of clients says little',
  },
  {
    input: 'a reload that changes lvs_method of servers that are down',
    keepalived:
      'puts them into the table, where clients reach them until their checks have changed twice',
    ours: 'they stay out until they are up',
    reason: 'a server that fails its check gets no clients',
  },
  {
    input: 'bfd_process_name, -b FILE',
    keepalived: 'are about the BFD process',
    ours: 'are about the vrrp process, which runs the sessions: the name where it has none of its own, the PID file where there are sessions',
    reason: 'there is no process of its own for BFD',
  },
  {
    input: 'child_wait_time 0',
    keepalived: 'kills the processes at once',
    ours: 'they have 1 s',
    reason: 'a master says farewell first',
  },
  {
    input: 'use_symlink_paths',
    keepalived: 'without it the path of a script is resolved before it is run',
    ours: 'the path is always run as written; who may change it is looked at on every step through links',
    reason: 'programs that go by their own name work',
  },
  {
    input: 'config_save_dir',
    keepalived: 'a directory with mode 0600, in which nothing is ever removed',
    ours: 'mode 0700; of one run the newest 100 copies stay; a directory in which others may write is refused',
    reason: 'copies have the secrets of the configuration, and disks end',
  },
  {
    input: 'random_seed',
    keepalived: 'the sequence of the C library',
    ours: 'another sequence, the same for each start with this seed',
    reason: 'the numbers of one C library are not those of another either',
  },
  {
    input:
      'a reload, or a restart that keeps the table, that removes a real server in service, or its virtual server',
    keepalived: 'removes it at once: its connections hang until the clients give up',
    ours: 'it gets no new connections, and goes when none is left, or after drain_time (300 s); 0 is as keepalived',
    reason: 'to be removed is no reason to be cut',
  },
  {
    input: 'delay_loop',
    keepalived: 'counts from the end of a check: a slow answer makes checks rarer',
    ours: 'counts from the time that the check was planned for; a retry counts from the end of the failure',
    reason: 'a period that is configured is kept, and starts that are even stay even',
  },
  {
    input: 'genhash of a page that cannot be had, or ends before its length',
    keepalived: 'a line on standard output and status 0, or the digest of what came',
    ours: 'a line on standard error and status 1: no check would take such a page',
    reason: 'a script is not to paste a complaint into its configuration',
  },
];

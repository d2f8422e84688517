/**
 * Faults planted in the machines: a test of the tests. Each is a text that stands exactly once in its file, and what takes its place; where the text
 * is gone, `mutations.test.ts` says so.
 */

const V = 'src/core/vrrp';

/** One planted fault. */
export interface Mutation {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** All of them. */
export const MUTATIONS: readonly Mutation[] = [
  // ---- timers
  {
    name: 'skew-grows-with-priority',
    file: 'src/core/wire/intervals.ts',
    find: '(256 - inputs.priority) * base',
    replace: 'inputs.priority * base',
  },
  {
    name: 'down-interval-without-skew',
    file: 'src/core/wire/intervals.ts',
    find: 'microseconds(inputs.downTimerAdverts * inputs.masterAdvertInterval + skewTime(inputs))',
    replace: 'microseconds(inputs.downTimerAdverts * inputs.masterAdvertInterval)',
  },
  {
    name: 'skew-of-version-3-in-seconds',
    file: 'src/core/wire/intervals.ts',
    find: 'inputs.version === 2 ? seconds(1) : inputs.masterAdvertInterval',
    replace: 'seconds(1)',
  },
  {
    name: 'down-timer-counts-from-reading',
    file: `${V}/hearing.ts`,
    find: 'Math.min(packet.receivedAt, now)',
    replace: 'Math.max(packet.receivedAt, now)',
  },
  {
    name: 'beat-drifts',
    file: `${V}/beat.ts`,
    find: "if (elapsed(due, now) < this.#interval) this.#timers.set('adver', after(due, this.#interval));",
    replace:
      "if (elapsed(due, now) < this.#interval) this.#timers.set('adver', after(now, this.#interval));",
  },
  {
    name: 'late-beats-are-made-up-for',
    file: `${V}/beat.ts`,
    find: 'else this.restart(now);\n    return this.#lateness(due, now);',
    replace:
      "else this.#timers.set('adver', after(due, this.#interval));\n    return this.#lateness(due, now);",
  },
  {
    name: 'late-timer-is-believed',
    file: `${V}/master-watch.ts`,
    find: 'if (this.#graceUsed || elapsed(due, now) <= this.#interval) return false;',
    replace: 'if (this.#graceUsed || elapsed(due, now) >= 0) return false;',
  },
  {
    name: 'late-timer-is-doubted-for-ever',
    file: `${V}/master-watch.ts`,
    find: '    this.#graceUsed = true;\n    this.#timers.set',
    replace: '    this.#timers.set',
  },
  {
    name: 'resignation-waits-for-three',
    file: `${V}/master-watch.ts`,
    find: "this.#timers.set('masterDown', after(at, this.skewTime));",
    replace: "this.#timers.set('masterDown', after(at, this.masterDownInterval));",
  },
  {
    name: 'interval-is-not-learned',
    file: `${V}/master-watch.ts`,
    find: 'if (this.#config.version === 3) this.#interval = advertisement.interval;',
    replace: 'if (this.#config.version === 2) this.#interval = advertisement.interval;',
  },
  {
    name: 'down-timer-goes-on-as-master',
    file: `${V}/instance-states.ts`,
    find: '  one.watch.stop();\n',
    replace: '',
  },
  {
    name: 'silence-of-a-member-is-expected-at-once',
    file: `${V}/master-watch.ts`,
    find: 'const sooner = Math.max(now, after(this.#heardAt, this.#oneMissed())) as Instant;',
    replace: 'const sooner = now;',
  },
  // ---- comparisons
  {
    name: 'lower-priority-wins',
    file: `${V}/as-master.ts`,
    find: "return other.priority > own.priority ? 'higher-priority' : 'lower';",
    replace: "return other.priority < own.priority ? 'higher-priority' : 'lower';",
  },
  {
    name: 'lower-address-wins-a-tie',
    file: `${V}/as-master.ts`,
    find: 'return order > 0 ?',
    replace: 'return order < 0 ?',
  },
  {
    name: 'equal-priority-does-not-keep-a-backup-quiet',
    file: `${V}/master-watch.ts`,
    find: 'if (priority >= this.#priority) {',
    replace: 'if (priority > this.#priority) {',
  },
  {
    name: 'nopreempt-preempts',
    file: `${V}/master-watch.ts`,
    find: 'if (!this.#config.preempt && this.#priority !== OWNER_PRIORITY) return true;',
    replace: '',
  },
  {
    name: 'owner-obeys-nopreempt',
    file: `${V}/master-watch.ts`,
    find: '!this.#config.preempt && this.#priority !== OWNER_PRIORITY',
    replace: '!this.#config.preempt',
  },
  {
    name: 'preempt-delay-never-ends',
    file: `${V}/master-watch.ts`,
    find: 'this.#preemptNotBefore ??= after(at, this.#config.preemptDelay);',
    replace: 'this.#preemptNotBefore = after(at, this.#config.preemptDelay);',
  },
  {
    name: 'nopreempt-takes-back-after-a-stall',
    file: `${V}/beat.ts`,
    find: 'return elapsed(this.#last, at) > downTimerAdverts * advertInterval;',
    replace: 'return elapsed(this.#last, at) < 0;',
  },
  {
    name: 'replays-are-accepted',
    file: `${V}/hearing.ts`,
    find: 'sequence > this.#sequence.received',
    replace: 'sequence >= 0',
  },
  {
    name: 'any-password-is-right',
    file: `${V}/hearing.ts`,
    find: "return equalBytesConstantTime(data, this.#secret) ? undefined : 'authFailures';",
    replace: 'return undefined;',
  },
  {
    name: 'any-ttl-is-right',
    file: `${V}/hearing.ts`,
    find: 'if (this.#config.unicastPeers.length === 0) return ttl === VRRP_TTL;',
    replace: 'if (this.#config.unicastPeers.length === 0) return true;',
  },
  {
    name: 'own-packets-are-heard',
    file: `${V}/hearing.ts`,
    find: "if (network?.isOwn(facts.home, packet.source)) return 'ownSource';",
    replace: '',
  },
  {
    name: 'checksums-do-not-matter',
    file: `${V}/hearing.ts`,
    find: "if (style === undefined && !isOld) return 'checksumErrors';",
    replace: "if (style === undefined && message.length === 0) return 'checksumErrors';",
  },
  {
    name: 'deaf-owner-forgets-numbers',
    file: `${V}/hearing.ts`,
    find: '        if (known.sequence !== undefined) this.#sequence.received = known.sequence;\n        return',
    replace: '        return',
  },
  // ---- transitions
  {
    name: 'displaced-master-says-farewell',
    file: `${V}/instance-states.ts`,
    find: 'exit(one, { farewell: how === undefined });',
    replace: 'exit(one, { farewell: true });',
  },
  {
    name: 'stop-without-farewell',
    file: `${V}/instance-states.ts`,
    find: "  if (one.state === 'INIT') return;\n  exit(one, { farewell: true });",
    replace: "  if (one.state === 'INIT') return;\n  exit(one, { farewell: false });",
  },
  {
    name: 'addresses-stay-on-leaving-master',
    file: `${V}/instance-states.ts`,
    find: '  one.setAddresses(false);\n  one.counters.releaseMaster += 1;',
    replace: '  one.counters.releaseMaster += 1;',
  },
  {
    name: 'left-over-addresses-stay-at-the-start',
    file: `${V}/instance-states.ts`,
    find: "  if (one.state !== 'MASTER') one.setAddresses(false);\n  if (how === undefined || how === 'silently') {",
    replace: "  if (how === undefined || how === 'silently') {",
  },
  {
    name: 'left-over-addresses-stay-while-waiting',
    file: `${V}/machine.ts`,
    find: "if (this.state === 'INIT' && !this.#one.keeper.hasOrder) this.#one.setAddresses(false);",
    replace: '',
  },
  {
    name: 'claim-without-advertisement',
    file: `${V}/instance-states.ts`,
    find: '  one.claim = why;\n  one.advertise();',
    replace:
      '  one.claim = why;\n  one.beat.advertise(RESIGN_PRIORITY, one.facts, one.now, one.out);',
  },
  {
    name: 'no-announcement-by-a-new-master',
    file: `${V}/announcer.ts`,
    find: 'this.#burst(allAddresses(this.#config), isAdopted ? 1 : repeat, out);',
    replace: 'if (isAdopted) this.#burst(allAddresses(this.#config), 1, out);',
  },
  {
    name: 'conflict-ends-without-announcement',
    file: `${V}/announcer.ts`,
    find: 'if (isAnnounced) return;',
    replace: 'if (heardAt > 0) return;',
  },
  {
    name: 'losing-advertisement-is-not-answered',
    file: `${V}/as-master.ts`,
    find: 'const wantsAnswer = config.answerLowerPriority && !one.beat.isAnswered(at);',
    replace: 'const wantsAnswer = !config.answerLowerPriority && !one.beat.isAnswered(at);',
  },
  {
    name: 'thousand-answers-to-a-thousand',
    file: `${V}/answer-pace.ts`,
    find: 'if (this.#lowerAt !== undefined && elapsed(this.#lowerAt, now) < interval) return false;',
    replace: '',
  },
  {
    name: 'resigning-master-is-not-answered',
    file: `${V}/as-master.ts`,
    find: '  if (due <= one.now) one.advertiseNow();\n  else one.beat.notLaterThan(due);',
    replace: '  void due;',
  },
  {
    name: 'fault-does-not-end',
    file: `${V}/machine.ts`,
    find: 'else if (one.membership.group === undefined) startUp(one, recovery(before));',
    replace: 'else if (one.membership.group === undefined) recovery(before);',
  },
  {
    name: 'group-follows-one-that-wants-it',
    file: `${V}/sync-group.ts`,
    find: 'return this.#ready.size === this.members.length',
    replace: 'return this.#ready.size > 0',
  },
  {
    name: 'group-does-not-follow-down',
    file: `${V}/sync-group.ts`,
    find: "action.from === 'MASTER' && action.to === 'BACKUP' && action.reason !== 'sync-group'",
    replace: "action.from === 'MASTER' && action.to === 'INIT' && action.reason !== 'sync-group'",
  },
  {
    name: 'member-of-a-group-is-adopted-alone',
    file: `${V}/adoption.ts`,
    find: 'if (members.every(mayAlone)) for',
    replace: 'if (members.some(mayAlone)) for',
  },
  {
    name: 'refused-addresses-are-given-up',
    file: `${V}/address-keeper.ts`,
    find: 'if (this.#order !== undefined) out.push(this.#order);',
    replace: '',
  },
  {
    name: 'refused-sending-is-no-fault',
    file: `${V}/send-watch.ts`,
    find: 'if (this.#refused < patience) return false;',
    replace: 'if (this.#refused >= 0) return false;',
  },
  {
    name: 'tracked-weight-does-not-count-down',
    file: `${V}/trackers.ts`,
    find: 'const counts = weight > 0 === isUp;',
    replace: 'const counts = isUp;',
  },
  {
    name: 'priority-leaves-its-range',
    file: `${V}/tracking.ts`,
    find: 'return clampPriority(trackers.reduce((sum, { tracker }) => sum + tracker.adds, config.priority));',
    replace: 'return trackers.reduce((sum, { tracker }) => sum + tracker.adds, config.priority);',
  },
  {
    name: 'owner-is-weighed',
    file: `${V}/tracking.ts`,
    find: 'if (config.priority === OWNER_PRIORITY) return OWNER_PRIORITY;',
    replace: '',
  },
  {
    name: 'renamed-instance-restarts',
    file: `${V}/reload.ts`,
    find: "const IDENTITY = ['interface', 'vrid', 'family'] as const;",
    replace: "const IDENTITY = ['interface', 'vrid', 'family', 'name'] as const;",
  },
  // ---- addresses
  {
    name: 'removed-address-is-not-restored',
    file: 'src/core/holdings/address-plan.ts',
    find: "    { type: 'add', ...wanted, ifindex },",
    replace:
      "    ...(forms.length > 0 || addedAs === undefined ? [{ type: 'add' as const, ...wanted, ifindex }] : []),",
  },
  {
    name: 'moving-address-leaves-the-interface',
    file: 'src/core/holdings/address-ledger.ts',
    find: '      if (!present) continue;\n      first ??= { instance, address };',
    replace: '      if (!present) return undefined;\n      first ??= { instance, address };',
  },
  // ---- tracking
  {
    name: 'one-failure-is-enough',
    file: 'src/core/tracking/result-counter.ts',
    find: 'this.#count = next < rise && this.#count >= rise ? 0 : Math.max(0, next);',
    replace: 'this.#count = 0;',
  },
  {
    name: 'cancelled-run-counts',
    file: 'src/core/tracking/script-tracker.ts',
    find: "if (outcome.kind === 'cancelled' || outcome.kind === 'refused' || outcome.kind === 'lost')\n      return;",
    replace: '',
  },
  {
    name: 'script-runs-twice-at-once',
    file: 'src/core/tracking/script-tracker.ts',
    find: 'if (this.#running !== undefined) {\n      this.#skipped += 1;',
    replace: 'if (this.#skipped < 0) {\n      this.#skipped += 1;',
  },
  {
    name: 'too-many-processes-are-well',
    file: 'src/core/tracking/process-tracker.ts',
    find: 'return this.#count >= quorum && (quorumMax === undefined || this.#count <= quorumMax);',
    replace: 'return this.#count >= quorum;',
  },
  {
    name: 'short-absence-of-a-process-counts',
    file: 'src/core/tracking/process-tracker.ts',
    find: '      this.#changesAt = undefined;\n      return;',
    replace: '      return;',
  },
  // ---- BFD
  {
    name: 'bfd-init-is-skipped',
    file: 'src/core/bfd/session.ts',
    find: "heard === 'Down' ? 'Init' : heard === 'Init' ? 'Up' : 'Down'",
    replace: "heard === 'Down' ? 'Up' : heard === 'Init' ? 'Up' : 'Down'",
  },
  {
    name: 'bfd-detects-without-multiplier',
    file: 'src/core/bfd/session.ts',
    find: 'microseconds(multiplier * longer(this.#receiveInterval, desiredMinTx))',
    replace: 'microseconds(longer(this.#receiveInterval, desiredMinTx))',
  },
  {
    name: 'bfd-detection-time-never-runs-out',
    file: 'src/core/bfd/session.ts',
    find: 'if (this.#detectDue !== undefined && this.#detectDue <= now) this.#expire(now);',
    replace:
      'if (this.#detectDue !== undefined && this.#detectDue <= now) this.#detectDue = undefined;',
  },
  {
    name: 'bfd-takes-any-ttl',
    file: 'src/core/bfd/sessions.ts',
    find: "if (event.ttl < bfdLeastTtl(config)) return this.#drop('ttl-too-low');",
    replace: '',
  },
  // ---- health
  {
    name: 'retry-forgives-one-more',
    file: 'src/core/health/verdict-rules.ts',
    find: 'progress.tries < retry) {',
    replace: 'progress.tries <= retry) {',
  },
  {
    name: 'success-does-not-forget-failures',
    file: 'src/core/health/verdict-rules.ts',
    find: '    progress.tries = 0;\n    return rhythm.turnCount > 0',
    replace: '    return rhythm.turnCount > 0',
  },
  {
    name: 'quorum-without-hysteresis',
    file: 'src/core/health/quorum.ts',
    find: 'aliveWeight >= quorum - hysteresis',
    replace: 'aliveWeight >= quorum',
  },
  {
    name: 'quorum-with-nothing-left',
    file: 'src/core/health/quorum.ts',
    find: 'aliveWeight > 0 && aliveWeight',
    replace: 'aliveWeight >= 0 && aliveWeight',
  },
  // ---- heartbeats and witnesses
  {
    name: 'heartbeat-vetoes-after-a-resignation',
    file: `${V}/takeover-gate.ts`,
    find: "['master-timeout', 'no-master-heard']",
    replace: "['master-timeout', 'no-master-heard', 'master-resigned']",
  },
  {
    name: 'unsound-master-vetoes',
    file: `${V}/takeover-gate.ts`,
    find: '!found.router.isSound || ',
    replace: '',
  },
  {
    name: 'any-router-with-the-id-vetoes',
    file: `${V}/takeover-gate.ts`,
    find: 'addresses.some(({ address }) => address === said.virtual)',
    replace: 'addresses.length > 0',
  },
  {
    name: 'owner-asks-its-witness',
    file: `${V}/takeover-gate.ts`,
    find: 'if (config.priority === OWNER_PRIORITY) return undefined;',
    replace: '',
  },
  {
    name: 'held-takeover-stays-held',
    file: `${V}/takeover.ts`,
    find: '(one.heldTakeover !== undefined || one.wish.isWaiting)',
    replace: 'one.wish.isWaiting',
  },
  {
    name: 'delayed-heartbeats-count',
    file: 'src/core/heartbeat/session.ts',
    find: 'elapsed(asked.at, at) <= this.#silence',
    replace: 'asked.at <= at',
  },
  {
    name: 'earlier-boots-count',
    file: 'src/core/heartbeat/session.ts',
    find: 'this.#retired.includes(said.boot)',
    replace: 'this.#retired.length < 0',
  },
  {
    name: 'own-pause-is-silence-of-the-peer',
    file: 'src/core/heartbeat/session.ts',
    find: '!this.#isDoubted && elapsed(due, now) > this.#config.interval',
    replace: 'this.#isDoubted && elapsed(due, now) > this.#config.interval',
  },
  {
    name: 'late-witnesses-count',
    file: 'src/core/heartbeat/witnesses.ts',
    find: 'if (elapsed(this.#askedAt, at) > this.config.timeout) return;',
    replace: '',
  },
  // ---- auth_hmac
  {
    name: 'signed-replays-are-accepted',
    file: `${V}/hmac-verifier.ts`,
    find: "if (mark !== undefined && !isLaterStamp(said.stamp, mark)) return 'hmacReplays';",
    replace: '',
  },
  {
    name: 'any-signature-is-right',
    file: `${V}/hmac-verifier.ts`,
    find: "if (!isHmacRight(message, trailer, security)) return 'hmacInvalid';",
    replace: '',
  },
  {
    name: 'signatures-never-grow-old',
    file: `${V}/hmac-verifier.ts`,
    find: "if (isTimed && this.#isOutside(said.stamp, clock)) return 'hmacStale';",
    replace: '',
  },
  {
    name: 'unsigned-packets-are-accepted',
    file: `${V}/hmac-verifier.ts`,
    find: "config?.mode === 'enforce' ? 'hmacMissing' : undefined",
    replace: "config?.mode === 'receive-only' ? 'hmacMissing' : undefined",
  },
  {
    name: 'signer-forgets-its-number',
    file: `${V}/hmac-signer.ts`,
    find: 'this.#last = this.#next(stampAt(clock.highest), config);',
    replace: 'this.#last = stampAt(clock.highest);',
  },
  // ---- virtual routes and rules
  {
    name: 'removed-route-is-not-restored',
    file: 'src/core/holdings/routing-ledger.ts',
    find: 'if (!isWatched(wanted)) {',
    replace: 'if (isWatched(wanted)) {',
  },
  {
    name: 'routes-stay-on-leaving-master',
    file: 'src/core/holdings/routing-ledger.ts',
    find: 'for (const one of found) this.#remove(account, one);\n      account.found = [];',
    replace: 'account.found = [];',
  },
  {
    name: 'refused-route-is-given-up',
    file: 'src/core/holdings/routing-ledger.ts',
    find: 'this.#paused.add(key);\n    if (account.isMissed) {',
    replace: 'if (account.isMissed) {',
  },
  {
    name: 'lost-route-keeps-mastership',
    file: 'src/core/holdings/routing-ledger.ts',
    find: 'if (present) this.#lost.add(owner);',
    replace: 'if (!present) this.#lost.add(owner);',
  },
  // ---- refused announcements
  {
    name: 'late-announcements-are-given-up',
    file: `${V}/announce-channel.ts`,
    find: '    this.#wait(action.instance, action, 1, now);\n    const sooner',
    replace: '    if (!isLate) this.#wait(action.instance, action, 1, now);\n    const sooner',
  },
  {
    name: 'late-announcements-hammer-the-link',
    file: `${V}/announce-channel.ts`,
    find: 'jam.gap = Math.min(most, doubled) as Duration;',
    replace: 'jam.gap = Math.min(most, doubled, REFUSED_GAP_MAX) as Duration;',
  },
  {
    name: 'new-master-waits-for-an-old-jam',
    file: `${V}/announce-channel.ts`,
    find: 'if (this.#notBefore === undefined || soon < this.#notBefore) this.#notBefore = soon;',
    replace: '',
  },
  {
    name: 'announcements-of-removed-addresses-wait',
    file: `${V}/router.ts`,
    find: 'this.#queue.keep(this.#wantedAnnouncements());',
    replace: '',
  },
];

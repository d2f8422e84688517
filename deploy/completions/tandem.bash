# Completion of command lines of tandem for bash. Made by "tandem completion bash".

# Offers the words of a list.
_tandem_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Offers files, or directories with -d.
_tandem_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

_tandem() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      break
    fi
  done

  # The value of an option.
  case "$command $prev" in
  'check -i' | 'check --config-id')
    :
    return
    ;;
  'check --format')
    _tandem_words 'text json sarif' "$cur"
    return
    ;;
  'convert --to')
    _tandem_words 'yaml conf' "$cur"
    return
    ;;
  'convert -o' | 'convert --output')
    _tandem_files -f "$cur"
    return
    ;;
  'convert -i' | 'convert --config-id')
    :
    return
    ;;
  'director -i' | 'director --config-id')
    :
    return
    ;;
  'docs --write')
    _tandem_files -d "$cur"
    return
    ;;
  'docs --check')
    _tandem_files -d "$cur"
    return
    ;;
  'explain --in')
    _tandem_words 'SSL bfd_instance garp_group garp_group.interfaces global_defs global_defs.notification_email heartbeat interface_up_down_delays linkbeat_interfaces static_ipaddress static_routes static_rules track_file track_group track_group.group virtual_server virtual_server.real_server virtual_server.real_server.BFD_CHECK virtual_server.real_server.DNS_CHECK virtual_server.real_server.FILE_CHECK virtual_server.real_server.HTTP_GET virtual_server.real_server.HTTP_GET.url virtual_server.real_server.MISC_CHECK virtual_server.real_server.PING_CHECK virtual_server.real_server.SMTP_CHECK virtual_server.real_server.SMTP_CHECK.host virtual_server.real_server.SSL_GET virtual_server.real_server.SSL_GET.url virtual_server.real_server.TCP_CHECK virtual_server.real_server.UDP_CHECK virtual_server_group vrrp_instance vrrp_instance.auth_hmac vrrp_instance.authentication vrrp_instance.track_bfd vrrp_instance.track_file vrrp_instance.track_interface vrrp_instance.track_process vrrp_instance.track_script vrrp_instance.unicast_peer vrrp_instance.virtual_ipaddress vrrp_instance.virtual_ipaddress_excluded vrrp_instance.virtual_routes vrrp_instance.virtual_rules vrrp_script vrrp_sync_group vrrp_sync_group.group vrrp_sync_group.track_bfd vrrp_sync_group.track_file vrrp_sync_group.track_interface vrrp_sync_group.track_process vrrp_sync_group.track_script vrrp_track_process witness' "$cur"
    return
    ;;
  'fmt --indent')
    :
    return
    ;;
  'genhash -s' | 'genhash --server')
    :
    return
    ;;
  'genhash -p' | 'genhash --port')
    :
    return
    ;;
  'genhash -u' | 'genhash --url')
    :
    return
    ;;
  'genhash -V' | 'genhash --use-virtualhost')
    :
    return
    ;;
  'genhash -P' | 'genhash --protocol')
    _tandem_words '1.0 1.0c 1.1' "$cur"
    return
    ;;
  'genhash -m' | 'genhash --fwmark')
    :
    return
    ;;
  'genhash -t' | 'genhash --timeout')
    :
    return
    ;;
  'ipvs --start-daemon')
    _tandem_words 'master backup' "$cur"
    return
    ;;
  'ipvs --stop-daemon')
    _tandem_words 'master backup' "$cur"
    return
    ;;
  'ipvs -t' | 'ipvs --tcp-service')
    :
    return
    ;;
  'ipvs -u' | 'ipvs --udp-service')
    :
    return
    ;;
  'ipvs --sctp-service')
    :
    return
    ;;
  'ipvs -f' | 'ipvs --fwmark-service')
    :
    return
    ;;
  'ipvs -s' | 'ipvs --scheduler')
    :
    return
    ;;
  'ipvs -b' | 'ipvs --sched-flags')
    :
    return
    ;;
  'ipvs -M' | 'ipvs --netmask')
    :
    return
    ;;
  'ipvs --pe')
    :
    return
    ;;
  'ipvs -r' | 'ipvs --real-server')
    :
    return
    ;;
  'ipvs --tun-type')
    :
    return
    ;;
  'ipvs --tun-port')
    :
    return
    ;;
  'ipvs -w' | 'ipvs --weight')
    :
    return
    ;;
  'ipvs -x' | 'ipvs --u-threshold')
    :
    return
    ;;
  'ipvs -y' | 'ipvs --l-threshold')
    :
    return
    ;;
  'ipvs --syncid')
    :
    return
    ;;
  'ipvs --sync-maxlen')
    :
    return
    ;;
  'ipvs --mcast-interface')
    :
    return
    ;;
  'ipvs --mcast-group')
    :
    return
    ;;
  'ipvs --mcast-port')
    :
    return
    ;;
  'ipvs --mcast-ttl')
    :
    return
    ;;
  'ipvs --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'plan --against')
    _tandem_files -f "$cur"
    return
    ;;
  'plan --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'plan -i' | 'plan --config-id')
    :
    return
    ;;
  'realserver --vip')
    :
    return
    ;;
  'realserver --mode')
    _tandem_words 'dr tun nat' "$cur"
    return
    ;;
  'realserver --server')
    :
    return
    ;;
  'realserver -i' | 'realserver --config-id')
    :
    return
    ;;
  'realserver --record-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'reload --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'resign --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'restart --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'run -f' | 'run --use-file')
    _tandem_files -f "$cur"
    return
    ;;
  'run -S' | 'run --log-facility')
    :
    return
    ;;
  'run -u' | 'run --umask')
    :
    return
    ;;
  'run -p' | 'run --pid')
    _tandem_files -f "$cur"
    return
    ;;
  'run -r' | 'run --vrrp_pid')
    _tandem_files -f "$cur"
    return
    ;;
  'run -c' | 'run --checkers_pid')
    _tandem_files -f "$cur"
    return
    ;;
  'run -b' | 'run --bfd_pid')
    _tandem_files -f "$cur"
    return
    ;;
  'run -A' | 'run --snmp-agent-socket')
    _tandem_files -f "$cur"
    return
    ;;
  'run -s' | 'run --namespace')
    :
    return
    ;;
  'run -i' | 'run --config-id')
    :
    return
    ;;
  'run --signum')
    :
    return
    ;;
  'run --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'run --log-format')
    :
    return
    ;;
  'run --log-level')
    :
    return
    ;;
  'run --log-to')
    :
    return
    ;;
  'run --metrics')
    :
    return
    ;;
  'server --service')
    :
    return
    ;;
  'server --timeout')
    :
    return
    ;;
  'server --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'status --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'stop --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  'version --runtime-dir')
    _tandem_files -d "$cur"
    return
    ;;
  esac

  if [[ $cur == -* ]]; then
    case $command in
    '') _tandem_words '--help --version' "$cur" ;;
    check) _tandem_words '-i --config-id -e --all-config --offline --format --json --no-color -h --help' "$cur" ;;
    completion) _tandem_words '-h --help' "$cur" ;;
    convert) _tandem_words '--to -o --output -i --config-id -h --help' "$cur" ;;
    director) _tandem_words '-i --config-id --json --no-color -h --help' "$cur" ;;
    docs) _tandem_words '--write --check -h --help' "$cur" ;;
    explain) _tandem_words '--in --no-color -h --help' "$cur" ;;
    fmt) _tandem_words '-w --write --check --diff --indent --no-color -h --help' "$cur" ;;
    genhash) _tandem_words '-s --server -p --port -u --url -V --use-virtualhost -S --use-ssl -I --use-sni -P --protocol -m --fwmark -t --timeout -v --verbose --block -h --help' "$cur" ;;
    help) _tandem_words '-h --help' "$cur" ;;
    ipvs) _tandem_words '-A --add-service -E --edit-service -D --delete-service -C --clear -R --restore -S --save -a --add-server -e --edit-server -d --delete-server -l -L --list -Z --zero --set --start-daemon --stop-daemon -h --help -v --version -t --tcp-service -u --udp-service --sctp-service -f --fwmark-service -6 --ipv6 -s --scheduler -b --sched-flags -p --persistent -M --netmask --pe -o --ops -r --real-server -g --gatewaying -i --ipip -m --masquerading --tun-type --tun-port --tun-nocsum --tun-csum --tun-remcsum -w --weight -x --u-threshold -y --l-threshold -n --numeric -c --connection --timeout --daemon --stats --rate -X --exact --thresholds --persistent-conn --tun-info --nosort --sort --syncid --sync-maxlen --mcast-interface --mcast-group --mcast-port --mcast-ttl --json --runtime-dir' "$cur" ;;
    plan) _tandem_words '--against --runtime-dir -i --config-id -e --all-config --offline --allow-empty --json --detailed-exitcode --no-color -h --help' "$cur" ;;
    realserver) _tandem_words '--vip --mode --server -i --config-id --print --json --record-dir --no-color -h --help' "$cur" ;;
    reload) _tandem_words '--allow-empty --runtime-dir -h --help' "$cur" ;;
    resign) _tandem_words '--runtime-dir -h --help' "$cur" ;;
    restart) _tandem_words '--runtime-dir -h --help' "$cur" ;;
    run) _tandem_words '-f --use-file -P --vrrp -C --check -B --no_bfd --all -l --log-console -D --log-detail -S --log-facility -g --log-file --flush-log-file -G --no-syslog -u --umask -X --release-vips -V --dont-release-vrrp -I --dont-release-ipvs -R --dont-respawn -n --dont-fork -d --dump-conf -p --pid -r --vrrp_pid -c --checkers_pid -b --bfd_pid -a --address-monitoring -x --snmp -A --snmp-agent-socket -s --namespace -m --core-dump -M --core-dump-pattern -e --all-config -i --config-id --signum -t --config-test --ignore-sigint --perf --debug --no-mem-check -L --mem-check-log -v --version -h --help --runtime-dir --log-format --log-level --log-to --metrics --no-metrics' "$cur" ;;
    schema) _tandem_words '-h --help' "$cur" ;;
    server) _tandem_words '--service --timeout --runtime-dir -h --help' "$cur" ;;
    status) _tandem_words '--json --no-color --runtime-dir -h --help' "$cur" ;;
    stop) _tandem_words '--keep-ipvs --runtime-dir -h --help' "$cur" ;;
    version) _tandem_words '--runtime-dir -h --help' "$cur" ;;
    esac
    return
  fi

  case $command in
  '') _tandem_words 'check completion convert director docs explain fmt genhash help ipvs plan realserver reload resign restart run schema server status stop version' "$cur" ;;
  check) _tandem_files -f "$cur" ;;
  completion) _tandem_words 'bash zsh fish' "$cur" ;;
  convert) _tandem_files -f "$cur" ;;
  director) _tandem_words 'check' "$cur" ;;
  explain) _tandem_words 'BFD_CHECK DNS_CHECK FILE_CHECK HTTP_GET MISC_CHECK PING_CHECK SMTP_CHECK SSL SSL_GET TCP_CHECK UDP_CHECK accept active_key add address address-advised address-required address-suffix-ignored addresses-over-limit addresses-over-mtu adopted advert_int advmss all alpha anti_replay anycast append as at_least auth_hmac auth_pass auth_type authentication autojoin bfd.changed bfd.not-back bfd_cpu_affinity bfd_instance bfd_no_swap bfd_priority bfd_process_name bfd_rlimit_rtime bfd_rlimit_rttime bfd_rt_priority bind_if bind_port bindto blackhole block-dropped block-empty block-not-allowed brd bridge broadcast ca certificate check.changed check.failed-once check.impossible check.panic check.suspended check_unicast_src checker checker_cpu_affinity checker_log_all_failures checker_no_swap checker_priority checker_process_name checker_rlimit_rtime checker_rlimit_rttime checker_rt_priority checks_at_once checks_per_address child_wait_time comment-in-word component.clean-up-failed component.cleaned-up component.configured component.died component.hung component.late component.left-behind component.may-be-swapped component.orphans-ended component.priority-raised component.restarting component.scheduled component.start-failed component.started component.stop-failed component.unconfirmed config.checks-without-bfd config.words-without-effect config_save_dir configuration congctl connect_ip connect_port connect_timeout control.listen-failed csum cwnd daemon.program-closed daemon.running daemon.script-ended daemon.starting daemon.stopped daemon.stopping data_use_instance dbus_no_interface_name dbus_service_name debug default-assumed default_interface definition-cut definition-undefined delay delay_before_retry delay_loop delay_loop_doubt delay_loop_down deprecated-keyword dev digest disable_local_igmp dont_track_primary down_timer_adverts dport drain_time dump.written duplicate-entry duplicate-keyword duplicate-keyword-last-wins duplicate-name duplicate-option dynamic_interfaces enable_dbus enable_script_security enable_sni enable_snmp_checker enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_vrrp enable_traps encap equal-priority-higher-address expansion-limit expires extra-words extra-words-ignored fall family-conflict fast_recovery fastopen_no_cookie features fifo_write_vrrp_states_on_reload file file-changing file-not-read file-too-long firewall.applied firewall.contested firewall.failed firewall.left-behind firewall.removed firewall.restored flag-1 flag-2 flag-3 flap_damping fnat_source fork_delay from full_command fwmark garp_extra_if garp_group garp_group.interfaces garp_interval garp_lower_prio_delay garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat garp_master_repeat global_defs global_defs.notification_email global_tracking gna_interval goto group group-limit gw ha_suspend hashed heartbeat heartbeat.changed heartbeat.dropped helo_name higher-priority higher_prio_send_advert home hoplimit host http_protocol hysteresis id idle_tx iif include include-check-invalid include-cycle include-failed include-limit include-refused include_check inet inet6 inhibit_on_failure init_fail init_file initcwnd initrwnd inst instance interface interface-down interface-missing interface-missing-fatal interface-recovered interface-required interface_up_down_delays interfaces interval invalid-address invalid-interface invalid-number invalid-prefix invalid-value invalid-word ip_family ipproto iproute_etc_dir iproute_usr_dir ipvs.available ipvs.refusals-ended ipvs.repaired ipvs.setting-changed ipvs.sync-changed ipvs.unavailable json_dump_file json_version keepalived-misreads keepalived-rejects kernel_rx_buf_size key l3mdev label late-deadline lb_algo lb_kind line-too-long link-local-first linkbeat_interfaces linkbeat_use_polling lint-announce-once lint-checker-port-zero lint-default-priority lint-defaults-below-use lint-dr-across-router lint-fnat-own-address lint-fnat-source-not-held lint-fnat-without-conntrack lint-ha-suspend-group lint-http-on-tls-port lint-loopback-nat lint-mail-never-sent lint-nat-without-forwarding lint-nat-without-sync-group lint-negated-flag lint-nftables-ipvs-order lint-nothing-to-run lint-one-packet-nat lint-own-address-as-peer lint-owner-by-default lint-path-without-slash lint-priority-clamped lint-process-by-path lint-quiescent-persistence lint-quorum-unreachable lint-quorum-without-effect lint-regex-invalid lint-removed-server-hangs lint-sample-digest lint-sample-mail lint-script-interpreter lint-script-shut-out lint-script-user-words lint-server-collides lint-server-is-vip lint-servers-unchecked lint-service-twice lint-slow-detection lint-slow-director lint-sni-without-name lint-sorry-is-server lint-source-not-own lint-sync-daemon-families lint-sync-daemon-instance lint-sync-group-tracking lint-sync-group-uneven lint-takeover-of-owner lint-thresholds lint-timeout-outlasts-loop lint-udp-silence lint-unicast-source-missing lint-unused-definition lint-vip-as-source lint-vip-is-only-address lint-vip-not-accepted lint-vip-not-held lint-vip-prefix lint-vip-twice lint-vrid-shared lint-weight-with-nopreempt lint-witness-late load-failed local log_all_failures log_unknown_vrids lower_prio_no_advert lthreshold lvs_conntrack lvs_drain_time lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_keep_on_stop lvs_method lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo lvs_notify_fifo_script lvs_process_name lvs_sched lvs_sync_daemon lvs_sync_daemon_interface lvs_timeouts mask-not-contiguous master-resigned master-timeout master-unheard max_auto_priority max_hops max_reply_length max_ttl maxlen mcast_dst_ip mcast_src_ip metric metrics metrics.listen-failed metrics.listening metrics_detail metrics_listen mh-fallback mh-port min_auto_priority_delay min_reply_length min_rx min_ttl min_tx misc_dynamic misc_path misc_timeout misplaced-keyword missing-close-brace missing-name missing-open-brace missing-value missing-word mngtmpaddr mode mtu multicast multihop multiplier name name-unresolved namespace_with_ipsets nat native_ipv6 nb_get_retry neighbor_ip neighbour_ip nesting-limit net_namespace net_namespace_ipvs netlink_notify_msg nexthop nftables nftables_counters nftables_ifindex nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_priority no-effect no-master-heard no-primary-address no-socket no-unicast-peer no_accept no_checker_emails no_email_faults no_track no_virtual_ipaddress nocsum nop nopreempt noprefixroute not not-supported-yet notification_email notification_email_from notify notify.fifo-failed notify.lines-dropped notify.mail-delayed notify.mail-lost notify.mail-sent notify.reader-ended notify.recipient-refused notify.script-failed notify.script-waits notify.states-skipped notify.unfinished notify_backup notify_deleted notify_down notify_fault notify_fifo notify_fifo_script notify_master notify_master_rx_lower_pri notify_priority_changes notify_stop notify_up nul-byte number-range number-repaired obsolete-keyword oif old_unicast_checksum omega onlink operator operator.resign operator.server ops or other-product-keyword overwrite own-interface owner owner_ignore_adverts panic_threshold param_match passive password pasted-character path payload peer persistence_engine persistence_granularity persistence_timeout place-name port port-reset precondition.met precondition.unmet preempt preempt_delay preempted pref preference preferred_lft prepend priority private process process_monitor_rcv_bufs process_monitor_rcv_bufs_force process_name process_names prohibit promote_secondaries protocol quickack quorum quorum-reset quorum.changed quorum_down quorum_max quorum_up random-range random_seed real_server realms regex regex_max_offset regex_min_offset regex_no_match regex_options regex_stack reload.applied reload.refused reload.scheduled reload.started reload.time-ignored reload.unscheduled reload_check_config reload_file reload_repeat reload_time_file remcsum reordering repeated-keyword require_reply retry rise router_id routing-interface routing-lost rs_init_notifies rto_min rtt rttvar scope script script-insecure script-missing script-missing-dropped script-security script_user secret-exposed send-failed send-retry sequence-invalid server.changed server.drained server.flapping server.leaving server.ordered server.orders-kept server.weight-changed set_supplementary_groups setting-reset sh-fallback sh-port shutdown shutdown_script shutdown_script_timeout signal.without-effect skip_check_adv_addr slow_start smtp_alert smtp_alert_checker smtp_alert_vrrp smtp_connect_timeout smtp_helo_name smtp_server sni_name snmp_name snmp_rs_stats_update_interval snmp_socket snmp_vs_stats_update_interval socket-opened sorry_server sorry_server_inhibit sorry_server_lvs_method source-address-recovered source-address-unusable source_ip sport src ssthresh startup startup_script startup_script_timeout state state_dump_file static_ipaddress static_routes static_rules stats_dump_file status_code stray-character strict-refused strict_mode suppress_ifgroup suppress_prefixlength sync-group sync-group-recovered sync_group_tracking_weight table takeover_heartbeat takeover_witness tcp tcpfin terminate_delay thread_timer_expired throw time_window timeout timer_expired_backup tls_compliant tmp_config_directory to too-many-decimals too-many-diagnostics tos trace.advert-received trace.advert-sent trace.announced trace.netlink trace.probe trace.routing track-group track.busy track.changed track.file-ignored track.processes-polled track.result track_bfd track_file track_group track_group.group track_interface track_process track_script track_src_ip tracker-left-out tracking tracking-recovered trouble ttl ttl-propagate tunnel-id type udp uidrange umask unexpected-close-brace unexpected-open-brace unicast unicast-peer-given unicast_fault_no_peer unicast_peer unicast_src_ip unicast_ttl unknown-keyword unknown-option unknown-option-ignored unknown-reference unknown-reference-ignored unknown-user unmatched-quote unreachable unterminated-script-quote url use_ipvlan use_pid_dir use_symlink_paths use_vmac use_vmac_addr user uthreshold v3_checksum_as_v2 value-reinterpreted value-rounded vepa version version-conflict via vip-interface virtual-server.removed virtual_ipaddress virtual_ipaddress_excluded virtual_router_id virtual_routes virtual_rules virtual_server virtual_server.real_server virtual_server.real_server.BFD_CHECK virtual_server.real_server.DNS_CHECK virtual_server.real_server.FILE_CHECK virtual_server.real_server.HTTP_GET virtual_server.real_server.HTTP_GET.url virtual_server.real_server.MISC_CHECK virtual_server.real_server.PING_CHECK virtual_server.real_server.SMTP_CHECK virtual_server.real_server.SMTP_CHECK.host virtual_server.real_server.SSL_GET virtual_server.real_server.SSL_GET.url virtual_server.real_server.TCP_CHECK virtual_server.real_server.UDP_CHECK virtual_server_group virtualhost vmac_addr_prefix vmac_garp_intvl vmac_prefix vmac_xmit_base vrf vrid-duplicate vrid-missing vrrp vrrp.actionFailed vrrp.addressClaimed vrrp.addressContested vrrp.addressKept vrrp.addressListErrors vrrp.addressRemoved vrrp.addressRepaired vrrp.addressReplaced vrrp.announcementsLate vrrp.announcementsLeft vrrp.authFailures vrrp.authTypeMismatch vrrp.checksumErrors vrrp.clockDrift vrrp.conflict vrrp.duplicateVrid vrrp.group-transition vrrp.groupHeard vrrp.groupWaits vrrp.hmacInvalid vrrp.hmacMalformed vrrp.hmacMissing vrrp.hmacReplays vrrp.hmacStale vrrp.hmacUnknownKey vrrp.intervalErrors vrrp.intervalLearned vrrp.invalidAuthType vrrp.invalidTypePackets vrrp.ipTtlErrors vrrp.lateDeadline vrrp.linkContested vrrp.linkForeign vrrp.linkGivenUp vrrp.linkReady vrrp.linkRepaired vrrp.lowerPriorityHeard vrrp.ownSource vrrp.ownerConflicts vrrp.ownerHeard vrrp.packetLengthErrors vrrp.priority-changed vrrp.renamed vrrp.replays vrrp.routingAccepted vrrp.routingContested vrrp.routingRefused vrrp.routingRemoved vrrp.routingRepaired vrrp.sameAddress vrrp.startDelayed vrrp.takeoverHeld vrrp.takeoverReleased vrrp.transition vrrp.unknownPeer vrrp.unknownVrid vrrp.versionErrors vrrp.wrongDestination vrrp_check_unicast_src vrrp_cpu_affinity vrrp_delay_after_boot vrrp_down_timer_adverts vrrp_garp_extra_if vrrp_garp_interval vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat vrrp_gna_interval vrrp_higher_prio_send_advert vrrp_instance vrrp_instance.auth_hmac vrrp_instance.authentication vrrp_instance.track_bfd vrrp_instance.track_file vrrp_instance.track_interface vrrp_instance.track_process vrrp_instance.track_script vrrp_instance.unicast_peer vrrp_instance.virtual_ipaddress vrrp_instance.virtual_ipaddress_excluded vrrp_instance.virtual_routes vrrp_instance.virtual_rules vrrp_ipsets vrrp_iptables vrrp_lower_prio_no_advert vrrp_mcast_group4 vrrp_mcast_group6 vrrp_min_garp vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force vrrp_no_swap vrrp_notify_fifo vrrp_notify_fifo_script vrrp_notify_priority_changes vrrp_owner_ignore_adverts vrrp_priority vrrp_process_name vrrp_rlimit_rtime vrrp_rlimit_rttime vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy vrrp_script vrrp_skip_check_adv_addr vrrp_startup_delay vrrp_strict vrrp_sync_group vrrp_sync_group.group vrrp_sync_group.track_bfd vrrp_sync_group.track_file vrrp_sync_group.track_interface vrrp_sync_group.track_process vrrp_sync_group.track_script vrrp_track_file vrrp_track_process vrrp_version vrrp_vmac_garp_intvl warmup weight window witness witness.changed word-too-long xresolve yaml-duplicate-key yaml-limit yaml-shape yaml-syntax' "$cur" ;;
  fmt) _tandem_files -f "$cur" ;;
  help) _tandem_words 'check completion convert director docs explain fmt genhash help ipvs plan realserver reload resign restart run schema server status stop version' "$cur" ;;
  plan) _tandem_files -f "$cur" ;;
  realserver) _tandem_words 'setup check undo' "$cur" ;;
  resign) _tandem_words "$(tandem complete-words instances 2>/dev/null)" "$cur" ;;
  server) _tandem_words 'drain maintenance enable weight' "$cur" ;;
  esac
}

complete -F _tandem tandem

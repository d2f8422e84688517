/**
 * An example of each block as a person would write it. The documentation shows them; a test reads every
 * one in its surroundings and expects no complaint. Names they use: instances VI_1 and VI_2, the script
 * chk_web, the file load, the process haproxy, the BFD session peer,
 * the heartbeat lb02, the witness lan.
 */

/** The text of a block by the name of its table. */
export const BLOCK_EXAMPLES: Readonly<Record<string, string>> = {
  global_defs: `global_defs {
    router_id lb01
    enable_script_security
    script_user nobody
    vrrp_version 3
}`,
  'global_defs.notification_email': `notification_email {
    ops@example.com
    "On-call <oncall@example.com>"
}`,
  static_ipaddress: `static_ipaddress {
    192.0.2.1/24 dev eth0
}`,
  static_routes: `static_routes {
    198.51.100.0/24 via 192.0.2.254 dev eth0
}`,
  static_rules: `static_rules {
    from 192.0.2.0/24 table 100 preference 1000
}`,
  track_group: `track_group uplinks {
    group {
        VI_1
    }
}`,
  'track_group.group': `group {
    VI_1
}`,
  linkbeat_interfaces: `linkbeat_interfaces {
    eth0 MII
}`,
  interface_up_down_delays: `interface_up_down_delays {
    eth0 1 1
}`,
  garp_group: `garp_group {
    garp_interval 0.01
    gna_interval 0.01
    interfaces {
        eth0
        eth1
    }
}`,
  'garp_group.interfaces': `interfaces {
    eth0
    eth1
}`,
  vrrp_script: `vrrp_script chk_web {
    script "/usr/bin/curl -fsS http://127.0.0.1/health"
    interval 2
    timeout 1
    fall 3
    rise 2
    weight -20
}`,
  vrrp_track_process: `vrrp_track_process haproxy {
    process haproxy
    quorum 1
    delay 0.5
}`,
  heartbeat: `heartbeat lb02 {
    neighbor_ip 10.9.0.2
    source_ip 10.9.0.1
    key file:/etc/tandem/heartbeat.key
}`,
  witness: `witness lan {
    address 192.0.2.251
    address 192.0.2.252
    at_least 1
}`,
  track_file: `track_file load {
    file /run/tandem/load
    weight 1
    init_file 0
}`,
  bfd_instance: `bfd_instance peer {
    neighbor_ip 192.0.2.2
    source_ip 192.0.2.1
    min_rx 50
    min_tx 50
}`,
  vrrp_sync_group: `vrrp_sync_group inside_and_outside {
    group {
        VI_1
        VI_2
    }
    notify_master "/usr/local/bin/notify master"
}`,
  'vrrp_sync_group.group': `group {
    VI_1
    VI_2
}`,
  'vrrp_sync_group.track_interface': `track_interface {
    eth1
}`,
  'vrrp_sync_group.track_script': `track_script {
    chk_web
}`,
  'vrrp_sync_group.track_file': `track_file {
    load
}`,
  'vrrp_sync_group.track_process': `track_process {
    haproxy
}`,
  'vrrp_sync_group.track_bfd': `track_bfd {
    peer
}`,
  vrrp_instance: `vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    virtual_ipaddress {
        192.0.2.10/24
    }
}`,
  'vrrp_instance.virtual_ipaddress': `virtual_ipaddress {
    192.0.2.10/24 dev eth0 label eth0:vip
    192.0.2.11/24
}`,
  'vrrp_instance.virtual_ipaddress_excluded': `virtual_ipaddress_excluded {
    2001:db8::10/64 dev eth0
}`,
  'vrrp_instance.virtual_routes': `virtual_routes {
    default via 192.0.2.254 dev eth0
    198.51.100.0/24 via 192.0.2.253 metric 10
}`,
  'vrrp_instance.virtual_rules': `virtual_rules {
    from 192.0.2.10 table 100 preference 1000
}`,
  'vrrp_instance.unicast_peer': `unicast_peer {
    192.0.2.2
    192.0.2.3 min_ttl 255
}`,
  'vrrp_instance.authentication': `authentication {
    auth_type PASS
    auth_pass 8letters
}`,
  'vrrp_instance.auth_hmac': `auth_hmac {
    key 1 hex:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
    active_key 1
    mode enforce
}`,
  'vrrp_instance.track_interface': `track_interface {
    eth1
    eth2 weight -10
}`,
  'vrrp_instance.track_script': `track_script {
    chk_web weight -20
}`,
  'vrrp_instance.track_file': `track_file {
    load weight 1
}`,
  'vrrp_instance.track_process': `track_process {
    haproxy weight 10
}`,
  'vrrp_instance.track_bfd': `track_bfd {
    peer weight 10
}`,
  SSL: `SSL {
    certificate /etc/tandem/client.pem
    key /etc/tandem/client.key
    ca /etc/tandem/ca.pem
}`,
  virtual_server_group: `virtual_server_group web {
    192.0.2.10 80
    192.0.2.20-30 80
    fwmark 7
}`,
  virtual_server: `virtual_server 192.0.2.10 80 {
    protocol TCP
    lvs_sched wlc
    lvs_method DR
    delay_loop 5
    real_server 192.0.2.21 80 {
        HTTP_GET {
            url {
                path /health
                status_code 200
            }
            connect_timeout 2
        }
    }
    real_server 192.0.2.22 80 {
        TCP_CHECK {
            connect_timeout 2
        }
    }
}`,
  'virtual_server.real_server': `real_server 192.0.2.21 80 {
    weight 10
    inhibit_on_failure
    TCP_CHECK {
        connect_timeout 2
    }
}`,
  'virtual_server.real_server.TCP_CHECK': `TCP_CHECK {
    connect_timeout 2
    retry 2
    delay_before_retry 1
}`,
  'virtual_server.real_server.HTTP_GET': `HTTP_GET {
    url {
        path /health
        status_code 200
    }
    connect_timeout 2
    virtualhost www.example.com
}`,
  'virtual_server.real_server.HTTP_GET.url': `url {
    path /health
    status_code 200-204 301
    regex "^ok"
}`,
  'virtual_server.real_server.SSL_GET': `SSL_GET {
    enable_sni
    virtualhost www.example.com
    url {
        path /health
        status_code 200
    }
}`,
  'virtual_server.real_server.SSL_GET.url': `url {
    path /health
    digest 9b3a0c85a887a256d6939da88aabd8cd
}`,
  'virtual_server.real_server.SMTP_CHECK': `SMTP_CHECK {
    connect_port 25
    helo_name lb01.example.com
}`,
  'virtual_server.real_server.SMTP_CHECK.host': `host {
    connect_ip 192.0.2.22
    connect_port 25
}`,
  'virtual_server.real_server.DNS_CHECK': `DNS_CHECK {
    type A
    name www.example.com
}`,
  'virtual_server.real_server.UDP_CHECK': `UDP_CHECK {
    payload 48 65 6c 6c 6f
    require_reply 48 65 xx
}`,
  'virtual_server.real_server.PING_CHECK': `PING_CHECK {
    connect_timeout 1
    retry 3
}`,
  'virtual_server.real_server.MISC_CHECK': `MISC_CHECK {
    misc_path "/usr/local/bin/check-db 192.0.2.21"
    misc_timeout 5
    user nobody
}`,
  'virtual_server.real_server.FILE_CHECK': `FILE_CHECK {
    track_file load
    weight 1
}`,
  'virtual_server.real_server.BFD_CHECK': `BFD_CHECK {
    name peer
}`,
};

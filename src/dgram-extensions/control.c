/* Control data of received messages: TTL, traffic class, interface, destination and arrival time, from
 * ip(7), ipv6(7), RFC 3542 and socket(7). Nothing here trusts a length it has not checked. */
#include "receive.h"

#include <linux/if_packet.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

/* Numbers of asm-generic/socket.h; a C library names only the one that fits its own time_t. */
enum {
  TIMESTAMPNS_OLD = 35, /* two longs */
  TIMESTAMPNS_NEW = 64, /* two 64-bit integers */
};

static size_t payload_length(const struct cmsghdr *header) {
  size_t overhead = CMSG_LEN(0);
  return header->cmsg_len < overhead ? 0 : (size_t)header->cmsg_len - overhead;
}

static int integer_of(const struct cmsghdr *header) {
  int value = -1;
  uint8_t byte;
  if (payload_length(header) >= sizeof value) {
    memcpy(&value, CMSG_DATA(header), sizeof value);
  } else if (payload_length(header) >= sizeof byte) {
    memcpy(&byte, CMSG_DATA(header), sizeof byte);
    value = byte;
  }
  return value;
}

static void describe_ip(const struct cmsghdr *header, uint8_t *destination, double *meta) {
  struct in_pktinfo info;
  if (header->cmsg_type == IP_TTL) {
    meta[META_TTL] = integer_of(header);
  } else if (header->cmsg_type == IP_TOS) {
    meta[META_TRAFFIC_CLASS] = integer_of(header);
  } else if (header->cmsg_type == IP_PKTINFO && payload_length(header) >= sizeof info) {
    memcpy(&info, CMSG_DATA(header), sizeof info);
    memcpy(destination, &info.ipi_addr, sizeof info.ipi_addr);
    meta[META_DESTINATION_LENGTH] = sizeof info.ipi_addr;
    meta[META_IFINDEX] = info.ipi_ifindex;
  }
}

static void describe_ipv6(const struct cmsghdr *header, uint8_t *destination, double *meta) {
  struct in6_pktinfo info;
  if (header->cmsg_type == IPV6_HOPLIMIT) {
    meta[META_TTL] = integer_of(header);
  } else if (header->cmsg_type == IPV6_TCLASS) {
    meta[META_TRAFFIC_CLASS] = integer_of(header);
  } else if (header->cmsg_type == IPV6_PKTINFO && payload_length(header) >= sizeof info) {
    memcpy(&info, CMSG_DATA(header), sizeof info);
    memcpy(destination, &info.ipi6_addr, sizeof info.ipi6_addr);
    meta[META_DESTINATION_LENGTH] = sizeof info.ipi6_addr;
    meta[META_IFINDEX] = (double)info.ipi6_ifindex;
  }
}

static void describe_time(const struct cmsghdr *header, double clock_offset_us, double *meta) {
  long old[2];
  int64_t wide[2];
  if (header->cmsg_type == TIMESTAMPNS_OLD && payload_length(header) >= sizeof old) {
    memcpy(old, CMSG_DATA(header), sizeof old);
    wide[0] = old[0];
    wide[1] = old[1];
  } else if (header->cmsg_type == TIMESTAMPNS_NEW && payload_length(header) >= sizeof wide) {
    memcpy(wide, CMSG_DATA(header), sizeof wide);
  } else {
    return;
  }
  meta[META_RECEIVED_US] = (double)wide[0] * 1e6 + (double)wide[1] / 1e3 + clock_offset_us;
}

static int link_index(const struct msghdr *header) {
  struct sockaddr_ll link;
  if (header->msg_namelen < offsetof(struct sockaddr_ll, sll_hatype)) return 0;
  memset(&link, 0, sizeof link);
  memcpy(&link, header->msg_name,
         header->msg_namelen < sizeof link ? header->msg_namelen : sizeof link);
  return link.sll_family == AF_PACKET ? link.sll_ifindex : 0;
}

void dgx_describe(struct mmsghdr *message, double clock_offset_us, uint8_t *destination,
                  double *meta) {
  struct msghdr *header = &message->msg_hdr;
  meta[META_LENGTH] = message->msg_len;
  meta[META_FLAGS] = header->msg_flags;
  meta[META_SOURCE_LENGTH] = header->msg_namelen < SOURCE_BYTES ? header->msg_namelen : SOURCE_BYTES;
  meta[META_TTL] = -1;
  meta[META_TRAFFIC_CLASS] = -1;
  meta[META_IFINDEX] = link_index(header);
  meta[META_DESTINATION_LENGTH] = 0;
  meta[META_RECEIVED_US] = NAN;
  for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL;
       control = CMSG_NXTHDR(header, control)) {
    if (control->cmsg_level == IPPROTO_IP) describe_ip(control, destination, meta);
    if (control->cmsg_level == IPPROTO_IPV6) describe_ipv6(control, destination, meta);
    if (control->cmsg_level == SOL_SOCKET) describe_time(control, clock_offset_us, meta);
  }
}

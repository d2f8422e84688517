/* What one received message tells about itself, as C hands it to JavaScript. `meta` holds META_FIELDS
 * doubles for each slot, `arena` one stride for each slot; message-info.ts and socket.ts know the same
 * layout. */
#ifndef DGX_RECEIVE_H
#define DGX_RECEIVE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
  META_LENGTH = 0,
  META_FLAGS,
  META_SOURCE_LENGTH,
  META_TTL,
  META_TRAFFIC_CLASS,
  META_IFINDEX,
  META_DESTINATION_LENGTH,
  META_RECEIVED_US,
  META_FIELDS,
};

/* A slot of the arena: source sockaddr, destination address, control data, payload. */
enum {
  SOURCE_BYTES = 128,
  DESTINATION_BYTES = 16,
  SLOT_HEADER_BYTES = SOURCE_BYTES + DESTINATION_BYTES,
};

/* Decodes the header of a received message. `clock_offset_us` converts its timestamp; NaN means that the
 * timestamp can't be trusted. */
void dgx_describe(struct mmsghdr *message, double clock_offset_us, uint8_t *destination,
                  double *meta);

#endif

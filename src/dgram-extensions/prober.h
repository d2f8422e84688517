/* What the three files of the connect prober share: prober.c (the set of connections and its time limits),
 * launch.c (starting a probe) and connection.c (a probe under way). */
#ifndef DGX_PROBER_H
#define DGX_PROBER_H

#include "dgx.h"

/* What probe() asks for; prober.ts has the same numbers. RESET closes with RST, KEEP hands the descriptor
 * over, READ_ALL reads to the end of the stream, READ_FIRST until something has come. */
enum { FLAG_RESET = 1, FLAG_KEEP = 2, FLAG_READ_ALL = 4, FLAG_READ_FIRST = 8 };
enum { FLAGS_READ = FLAG_READ_ALL | FLAG_READ_FIRST };

typedef enum { PHASE_CONNECT = 0, PHASE_SEND, PHASE_RECEIVE } probe_phase;

typedef struct {
  int fd; /* -1 when free */
  int next_free;
  uint32_t generation; /* tells a slot's present connection from its former ones */
  int flags;
  probe_phase phase;
  double id;
  double started_us;
  double deadline_us;
  uint8_t *request;
  size_t request_length;
  size_t request_sent;
  uint8_t *reply;
  size_t reply_length;
  size_t reply_capacity;
} connection;

typedef struct {
  dgx_watch watch; /* first: the watch is the prober */
  napi_ref arena;  /* where a reply is shown to JavaScript; its length is the limit of a reply */
  size_t reply_bytes_max;
  int timer;
  double armed_us;
  int slots;
  int first_free;
  connection *connections;
} prober;

/* Sees to it that the timer fires soon after that time. */
void dgx_prober_arm(prober *self, double deadline_us);
/* Frees the slot and returns the descriptor, which the caller closes or hands on. */
int dgx_connection_detach(prober *self, connection *slot);
/* Moves a ready connection on. False when the prober was closed meanwhile: return without touching it. */
bool dgx_connection_advance(prober *self, connection *slot);
/* Ends a probe and reports it; `error` is 0 or a positive errno. False as above. */
bool dgx_connection_finish(prober *self, connection *slot, int error, bool truncated);
/* What epoll gives back for a slot: its index, and the generation that tells a stale event. */
uint64_t dgx_connection_tag(const prober *self, const connection *slot);

#endif

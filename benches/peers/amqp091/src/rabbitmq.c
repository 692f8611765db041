/* rabbitmq-c as a contestant: its sans-IO decoder amqp_handle_input, and its encoders of methods and properties. */
#include <amqp.h>
#include <amqp_framing.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

amqp_connection_state_t peer_new(void) {
  amqp_connection_state_t s = amqp_new_connection();
  /* A protocol header takes it out of its initial state, in which it cannot be tuned. */
  uint8_t header[8] = {65, 77, 81, 80, 0, 0, 9, 1};
  for (size_t at = 0; at < sizeof header;) {
    amqp_bytes_t in = {sizeof header - at, header + at};
    amqp_frame_t f;
    int n = amqp_handle_input(s, in, &f);
    if (n <= 0) { fprintf(stderr, "%d %s\n", n, amqp_error_string2(n)); abort(); }
    at += n;
  }
  amqp_tune_connection(s, 0, 131072, 0);
  return s;
}

static uint64_t visit_table(const amqp_table_t *t) {
  uint64_t sum = 0;
  for (int i = 0; i < t->num_entries; i++) {
    const amqp_table_entry_t *e = &t->entries[i];
    sum += e->key.len + e->value.kind;
    if (e->value.kind == AMQP_FIELD_KIND_UTF8) sum += e->value.value.bytes.len;
  }
  return sum;
}

static uint64_t visit_method(const amqp_method_t *m) {
  switch (m->id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      amqp_basic_deliver_t *d = m->decoded;
      return d->consumer_tag.len + d->delivery_tag + d->redelivered + d->exchange.len + d->routing_key.len;
    }
    case AMQP_BASIC_PUBLISH_METHOD: {
      amqp_basic_publish_t *d = m->decoded;
      return d->exchange.len + d->routing_key.len + d->mandatory;
    }
    case AMQP_BASIC_ACK_METHOD: {
      amqp_basic_ack_t *d = m->decoded;
      return d->delivery_tag + d->multiple;
    }
    case AMQP_QUEUE_DECLARE_METHOD: {
      amqp_queue_declare_t *d = m->decoded;
      return d->queue.len + d->durable + visit_table(&d->arguments);
    }
    default:
      return 1;
  }
}

static uint64_t visit_properties(const amqp_basic_properties_t *p) {
  uint64_t sum = 0;
  if (p->_flags & AMQP_BASIC_CONTENT_TYPE_FLAG) sum += p->content_type.len;
  if (p->_flags & AMQP_BASIC_CONTENT_ENCODING_FLAG) sum += p->content_encoding.len;
  if (p->_flags & AMQP_BASIC_HEADERS_FLAG) sum += visit_table(&p->headers);
  if (p->_flags & AMQP_BASIC_DELIVERY_MODE_FLAG) sum += p->delivery_mode;
  if (p->_flags & AMQP_BASIC_PRIORITY_FLAG) sum += p->priority;
  if (p->_flags & AMQP_BASIC_CORRELATION_ID_FLAG) sum += p->correlation_id.len;
  if (p->_flags & AMQP_BASIC_REPLY_TO_FLAG) sum += p->reply_to.len;
  if (p->_flags & AMQP_BASIC_EXPIRATION_FLAG) sum += p->expiration.len;
  if (p->_flags & AMQP_BASIC_MESSAGE_ID_FLAG) sum += p->message_id.len;
  if (p->_flags & AMQP_BASIC_TIMESTAMP_FLAG) sum += p->timestamp;
  return sum;
}

/* Decodes all frames of a piece; the sum of what was seen comes back. */
uint64_t peer_decode(amqp_connection_state_t s, const uint8_t *octets, size_t len, uint64_t *frames) {
  uint64_t sum = 0;
  while (len > 0) {
    amqp_bytes_t in = {len, (void *)octets};
    amqp_frame_t f;
    int n = amqp_handle_input(s, in, &f);
    if (n <= 0) { fprintf(stderr, "%d %s\n", n, amqp_error_string2(n)); abort(); }
    octets += n;
    len -= n;
    if (f.frame_type == 0) continue;
    (*frames)++;
    switch (f.frame_type) {
      case AMQP_FRAME_METHOD:
        sum += visit_method(&f.payload.method);
        break;
      case AMQP_FRAME_HEADER:
        sum += f.payload.properties.body_size + visit_properties(f.payload.properties.decoded);
        break;
      case AMQP_FRAME_BODY:
        sum += f.payload.body_fragment.len;
        break;
    }
    if (f.frame_type == AMQP_FRAME_BODY || f.frame_type == AMQP_FRAME_METHOD) amqp_maybe_release_buffers(s);
  }
  return sum;
}

/* What is to be encoded: a decoded frame that lives in a pool of its own. */
typedef struct {
  int type;
  uint32_t id;
  void *decoded;
  uint64_t body_size;
  amqp_bytes_t body;
} prepared_t;

typedef struct {
  amqp_pool_t pool;
  prepared_t *frames;
  size_t count;
} prepared_list_t;

prepared_list_t *peer_prepare(const uint8_t *octets, size_t len) {
  prepared_list_t *list = calloc(1, sizeof *list);
  init_amqp_pool(&list->pool, 65536);
  list->frames = calloc(len / 8 + 1, sizeof(prepared_t));
  while (len >= 8) {
    uint32_t size = (octets[3] << 24) | (octets[4] << 16) | (octets[5] << 8) | octets[6];
    const uint8_t *p = octets + 7;
    prepared_t *f = &list->frames[list->count++];
    f->type = octets[0];
    if (f->type == 1) {
      f->id = (p[0] << 24) | (p[1] << 16) | (p[2] << 8) | p[3];
      amqp_bytes_t in = {size - 4, (void *)(p + 4)};
      if (amqp_decode_method(f->id, &list->pool, in, &f->decoded) < 0) abort();
    } else if (f->type == 2) {
      f->body_size = ((uint64_t)p[8] << 24) | (p[9] << 16) | (p[10] << 8) | p[11];
      amqp_bytes_t in = {size - 12, (void *)(p + 12)};
      if (amqp_decode_properties(60, &list->pool, in, &f->decoded) < 0) abort();
    } else {
      f->body.len = size;
      f->body.bytes = (void *)p;
    }
    octets += size + 8;
    len -= size + 8;
  }
  return list;
}

static void put32(uint8_t *p, uint32_t v) {
  p[0] = v >> 24;
  p[1] = v >> 16;
  p[2] = v >> 8;
  p[3] = v;
}

/* Encodes all frames as amqp_send_frame does, into one buffer. */
size_t peer_encode(const prepared_list_t *list, uint8_t *out, size_t room) {
  uint8_t *start = out;
  for (size_t i = 0; i < list->count; i++) {
    const prepared_t *f = &list->frames[i];
    size_t size;
    out[0] = f->type;
    out[1] = 0;
    out[2] = 1;
    amqp_bytes_t to = {room - (out - start) - 32, out + 11};
    if (f->type == 1) {
      put32(out + 7, f->id);
      size = 4 + amqp_encode_method(f->id, f->decoded, to);
    } else if (f->type == 2) {
      put32(out + 7, 60 << 16);
      put32(out + 11, f->body_size >> 32);
      put32(out + 15, f->body_size);
      to.bytes = out + 19;
      size = 12 + amqp_encode_properties(60, f->decoded, to);
    } else {
      memcpy(out + 7, f->body.bytes, f->body.len);
      size = f->body.len;
    }
    put32(out + 3, size);
    out[7 + size] = 0xCE;
    out += 8 + size;
  }
  return out - start;
}

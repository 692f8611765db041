// The few lines that hand octets to qpid-proton's codec.
#include <proton/codec.h>
#include <proton/message.h>
#include <stdint.h>
#include <string.h>

static pn_data_t *tree;
static pn_message_t *message;

void peer_start(void) {
  if (tree) return;
  tree = pn_data(16);
  message = pn_message();
}

// Reads a performative as a tree and visits its fields; says how many octets it took and what it saw.
size_t peer_performative(const char *octets, size_t len, uint64_t *sum) {
  pn_data_clear(tree);
  ssize_t taken = pn_data_decode(tree, octets, len);
  pn_data_rewind(tree);
  pn_data_next(tree);
  pn_data_enter(tree);
  pn_data_next(tree);
  *sum += pn_data_get_ulong(tree);
  pn_data_next(tree);
  size_t count = pn_data_get_list(tree);
  pn_data_enter(tree);
  for (size_t index = 0; index < count; index++) {
    pn_data_next(tree);
    switch (pn_data_type(tree)) {
      case PN_UINT: *sum += pn_data_get_uint(tree); break;
      case PN_BOOL: *sum += pn_data_get_bool(tree); break;
      case PN_BINARY: *sum += pn_data_get_binary(tree).size; break;
      case PN_STRING: *sum += pn_data_get_string(tree).size; break;
      default: break;
    }
  }
  return (size_t) taken;
}

// Reads a message and its header and properties.
uint64_t peer_message(const char *octets, size_t len) {
  pn_message_clear(message);
  if (pn_message_decode(message, octets, len)) return 0;
  uint64_t sum = pn_message_is_durable(message) + pn_message_get_priority(message);
  const char *address = pn_message_get_address(message);
  const char *subject = pn_message_get_subject(message);
  const char *kind = pn_message_get_content_type(message);
  return sum + (address ? strlen(address) : 0) + (subject ? strlen(subject) : 0) + (kind ? strlen(kind) : 0);
}

// Looks at everything else in the message that was read last.
uint64_t peer_visit(void) {
  pn_msgid_t id = pn_message_get_id(message);
  uint64_t sum = id.type == PN_STRING ? id.u.as_bytes.size : 0;
  pn_data_t *pairs = pn_message_properties(message);
  pn_data_rewind(pairs);
  pn_data_next(pairs);
  size_t count = pn_data_get_map(pairs);
  pn_data_enter(pairs);
  for (size_t index = 0; index < count; index++) {
    pn_data_next(pairs);
    switch (pn_data_type(pairs)) {
      case PN_INT: sum += pn_data_get_int(pairs); break;
      case PN_UINT: sum += pn_data_get_uint(pairs); break;
      case PN_BOOL: sum += pn_data_get_bool(pairs); break;
      case PN_STRING: sum += pn_data_get_string(pairs).size; break;
      default: break;
    }
  }
  pn_data_t *body = pn_message_body(message);
  pn_data_rewind(body);
  pn_data_next(body);
  return sum + pn_data_get_binary(body).size;
}

// A performative to be written later.
void *peer_keep_tree(const char *octets, size_t len) {
  pn_data_t *kept = pn_data(16);
  pn_data_decode(kept, octets, len);
  return kept;
}

// A message to be written later.
void *peer_keep_message(const char *octets, size_t len) {
  pn_message_t *kept = pn_message();
  pn_message_decode(kept, octets, len);
  return kept;
}

size_t peer_put_tree(void *kept, char *out, size_t room) {
  ssize_t len = pn_data_encode((pn_data_t *) kept, out, room);
  return len < 0 ? 0 : (size_t) len;
}

size_t peer_put_message(void *kept, char *out, size_t room) {
  return pn_message_encode((pn_message_t *) kept, out, &room) ? 0 : room;
}

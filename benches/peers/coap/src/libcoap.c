/* What a datagram says, by libcoap's parser and option iterator, and a datagram from parts by its builder. */
#include <coap3/coap.h>

static coap_pdu_t *pdu;

uint64_t libcoap_visit(const uint8_t *data, size_t len) {
  if (!pdu) pdu = coap_pdu_init(0, 0, 0, 4096);
  if (!coap_pdu_parse(COAP_PROTO_UDP, data, len, pdu)) return 0;
  coap_bin_const_t token = coap_pdu_get_token(pdu);
  uint64_t sum = coap_pdu_get_code(pdu) + (uint64_t)coap_pdu_get_mid(pdu) + token.length;
  coap_opt_iterator_t it;
  if (coap_option_iterator_init(pdu, &it, COAP_OPT_ALL)) {
    coap_opt_t *option;
    while ((option = coap_option_next(&it))) {
      uint32_t length = coap_opt_length(option);
      sum += it.number + length + (length ? coap_opt_value(option)[0] : 0);
    }
  }
  size_t payload_len = 0;
  const uint8_t *payload;
  if (coap_get_data(pdu, &payload_len, &payload)) sum += payload_len;
  return sum;
}

struct part { uint16_t number; size_t len; const uint8_t *value; };

size_t libcoap_encode(uint8_t type, uint8_t code, uint16_t mid, const uint8_t *token, size_t token_len,
                      const struct part *parts, size_t count, const uint8_t *payload, size_t payload_len) {
  if (!pdu) pdu = coap_pdu_init(0, 0, 0, 4096);
  coap_delete_pdu(pdu);
  pdu = coap_pdu_init(type, code, mid, 4096);
  if (token_len) coap_add_token(pdu, token_len, token);
  for (size_t i = 0; i < count; i++) coap_add_option(pdu, parts[i].number, parts[i].len, parts[i].value);
  if (payload_len) coap_add_data(pdu, payload_len, payload);
  return token_len + 4 + count;
}

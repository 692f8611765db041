/* The few lines of C that hand octets to expat: namespaces are resolved, start tags, attributes and text are looked at. */
#include <expat.h>
#include <stddef.h>

struct seen { size_t elements, octets; };

static void XMLCALL start(void *data, const XML_Char *name, const XML_Char **attributes) {
  struct seen *seen = data;
  seen->elements++;
  seen->octets += name[0] != 0;
  for (; *attributes; attributes += 2) seen->octets += attributes[1][0] != 0;
}

static void XMLCALL end(void *data, const XML_Char *name) { ((struct seen *)data)->octets += name[0] != 0; }

static void XMLCALL text(void *data, const XML_Char *octets, int len) {
  (void)octets;
  ((struct seen *)data)->octets += (size_t)len;
}

/* The elements of a stream that arrives in chunks, but the stream's own; 0 if it is refused. */
size_t peer_expat(const char *header, size_t header_len, const char *octets, size_t len, size_t chunk) {
  struct seen seen = {0, 0};
  XML_Parser parser = XML_ParserCreateNS(NULL, '\n');
  XML_SetUserData(parser, &seen);
  XML_SetElementHandler(parser, start, end);
  XML_SetCharacterDataHandler(parser, text);
  int fine = XML_Parse(parser, header, (int)header_len, 0) == XML_STATUS_OK;
  for (size_t at = 0; fine && at < len; at += chunk)
    fine = XML_Parse(parser, octets + at, (int)(len - at < chunk ? len - at : chunk), 0) == XML_STATUS_OK;
  XML_ParserFree(parser);
  return fine && seen.octets ? seen.elements - 1 : 0;
}

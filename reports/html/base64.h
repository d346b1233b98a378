/* base64 (RFC 4648), there and back. glibc's b64_ntop and b64_pton want the whole at once, and are in no header of POSIX. */
#ifndef ASSAY_REPORTS_HTML_BASE64_H
#define ASSAY_REPORTS_HTML_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* `text` has room for 4 characters every 3 bytes begun; returns how many there are. No NUL is written. */
size_t assay_base64_encode(char *text, const unsigned char *bytes, size_t count);
/* `bytes` has room for 3 every 4 characters. Blanks are passed over. False: no base64. */
bool assay_base64_decode(unsigned char *bytes, size_t *count, const char *text, size_t length);

#endif

/* Text from outside as XML. Knows no chart. */
#include "reports/svg/charts.h"

#include <stdlib.h>
#include <string.h>

/* What XML 1.0 forbids or a reader would obey: C0 (but tab and line feed), DEL, C1, U+FFFE and U+FFFF. How many bytes.
 */
static size_t unfit(const unsigned char *at)
{
    if ((at[0] < 0x20 && at[0] != '\n' && at[0] != '\t') || at[0] == 0x7f) {
        return 1;
    }
    if (at[0] == 0xc2 && at[1] < 0xa0) {
        return 2;
    }
    return at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe ? 3 : 0;
}

static const char *entity_of(char character)
{
    switch (character) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void assay_svg_escape(struct assay_text *out, const char *text)
{
    char *clean = assay_utf8_clean(text ? text : "", text ? strlen(text) : 0, NULL);
    const char *start = clean;
    for (const char *at = clean; at && *at;) {
        size_t bad = unfit((const unsigned char *)at);
        const char *entity = bad ? "\xef\xbf\xbd" : entity_of(*at);
        if (!entity) {
            at++;
            continue;
        }
        assay_text_append_bytes(out, start, (size_t)(at - start));
        assay_text_append(out, entity);
        at += bad ? bad : 1;
        start = at;
    }
    if (clean) {
        assay_text_append(out, start);
    }
    out->failed = out->failed || !clean;
    free(clean);
}

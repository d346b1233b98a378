/* Patterns of benchmarks: '*' and nothing else, so that '%', '_' and '\' in ids are themselves. Knows no database. */
#include "history/store_parts.h"

#include <string.h>

bool assay_store_is_pattern(const char *text)
{
    return strchr(text, '*') != NULL;
}

/* Goes back to the last '*' alone: every '*' before it was matched as short as it can be, and that is enough. */
bool assay_store_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *from = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            from = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++from;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

/* Options that several commands have: their choices and checks. Knows no command. */
#include "cli/common.h"

#include <regex.h>
#include <string.h>

#define FORMATS                                                                                                        \
    "text", "json", "html", "svg", "md", "csv", "rows", "junit", "google-benchmark", "bencher", "smaller-is-better",         \
        "benchfmt", "hyperfine", "pyperf", "drag-race"
const char *const assay_report_choices[] = { FORMATS, NULL };
const char *const assay_report_formats_all[] = { FORMATS,     "pstats",     "collapsed", "pprof",
                                                 "callgrind", "speedscope", NULL };

bool assay_is_assignment(const char *text)
{
    size_t length = strcspn(text, "=");
    return length > 0 && text[length] == '=' && text[length + 1] != '\0';
}

bool assay_is_expression(const char *text)
{
    regex_t expression;
    if (!text[0] || regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) != 0) {
        return false;
    }
    regfree(&expression);
    return true;
}

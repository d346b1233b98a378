/* Writes a profile whose numbers were added up by hand in one of the formats: write_profiles KIND FORMAT. KIND is of
 * known_document(), "all" for a document of several profiles, or "times" for three of time, two of
 * them of one benchmark. */
#include "../unit/known_profiles.h"

#include "reports/report.h"

int main(int argc, char **argv)
{
    struct assay_error error = { 0 };
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    const struct assay_report_format *format = argc == 3 ? assay_report_format_find(argv[2]) : NULL;
    if (!format) {
        fprintf(stderr, "usage: write_profiles KIND FORMAT\n");
        return 2;
    }
    bool times = strcmp(argv[1], "times") == 0;
    bool all = times || strcmp(argv[1], "all") == 0;
    struct assay_document *document = all ? known_profiles() : known_document(argv[1]);
    if (all) { /* without those that have no contexts */
        assay_profile_release(&document->profiles[1]);
        document->profiles[1] = document->profiles[--document->profile_count];
        document->differences[0].head = 1;
    }
    if (times) {
        known_copy(&document->profiles[2].cost, "time");
    }
    int result = assay_report_render(format, document, &options, stdout, &error);
    if (result) {
        fprintf(stderr, "%s\n", error.text);
    }
    assay_document_free(document);
    return result ? 1 : 0;
}

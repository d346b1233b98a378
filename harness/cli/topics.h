/* What `assay help TOPIC` explains besides the commands. */
#ifndef ASSAY_CLI_TOPICS_H
#define ASSAY_CLI_TOPICS_H

struct assay_topic {
    const char *name;
    const char *summary;
    const char *text; /* lines of at most 80 columns */
};
extern const struct assay_topic assay_topics[]; /* ended by a NULL name */

#endif

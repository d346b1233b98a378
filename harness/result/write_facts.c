/* Facts as JSON, group by group: the same words in a document, in an exported environment and in `env show`. */
#include "result/writer.h"

#include <string.h>

static void write_fact(struct assay_writer *writer, const struct assay_fact *fact)
{
    assay_writer_open(writer, fact->name, '{', true);
    switch (fact->kind) {
    case ASSAY_FACT_TEXT:
        assay_writer_text(writer, "value", fact->text);
        break;
    case ASSAY_FACT_INTEGER:
        assay_writer_i64(writer, "value", fact->integer);
        break;
    case ASSAY_FACT_REAL:
        assay_writer_real(writer, "value", fact->real);
        break;
    case ASSAY_FACT_BOOL:
        assay_writer_truth(writer, "value", fact->truth);
        break;
    case ASSAY_FACT_NONE:
        assay_writer_text(writer, "value", NULL);
        break;
    }
    const char *origin = fact->kind == ASSAY_FACT_NONE ? "reason" : "source";
    assay_writer_text(writer, origin, fact->origin ? fact->origin : "");
    assay_writer_close(writer, '}');
}

void assay_writer_facts(struct assay_writer *writer, const char *key, const struct assay_facts *facts)
{
    assay_writer_open(writer, key, '{', false);
    for (size_t i = 0; i < facts->count; i++) {
        const char *group = facts->items[i].group;
        if (i == 0 || strcmp(facts->items[i - 1].group, group) != 0) { /* facts/ keeps groups together */
            assay_writer_open(writer, group, '{', false);
        }
        write_fact(writer, &facts->items[i]);
        if (i + 1 == facts->count || strcmp(facts->items[i + 1].group, group) != 0) {
            assay_writer_close(writer, '}');
        }
    }
    assay_writer_close(writer, '}');
}

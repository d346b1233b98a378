/* The command env: what this machine is, every fact with its source, or the reason why it is not known. */
#include "base/facts.h"
#include "cli/command.h"
#include "cli/common.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "cli/wrap.h"
#include "machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct env_values {
    struct assay_option_value output;
    struct assay_option_value format;
};

static const struct assay_option options[] = {
    { ASSAY_COMMON_OUTPUT, .offset = offsetof(struct env_values, output) },
    { ASSAY_COMMON_FORMAT, .offset = offsetof(struct env_values, format) },
    { .name = NULL },
};

static void append_text_fact(struct assay_text *text, const struct assay_fact *fact, size_t column, size_t width)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    char *value = assay_fact_show(fact);
    bool none = fact->kind == ASSAY_FACT_NONE;
    assay_text_format(&line, "%s  %s%s%s", value ? value : "?", none ? "" : "[", fact->origin ? fact->origin : "",
                      none ? "" : "]");
    size_t used = 2 + strlen(fact->name);
    assay_text_format(text, "  %s", fact->name);
    if (used + 2 > column) {
        assay_text_append_char(text, '\n');
        used = 0;
    }
    assay_wrap_pad(text, column - used);
    assay_wrap(text, line.bytes ? line.bytes : "", column, column, width);
    assay_text_release(&line);
    free(value);
}

static void append_value(struct assay_text *text, const struct assay_fact *fact)
{
    switch (fact->kind) {
    case ASSAY_FACT_TEXT:
        assay_text_append_json(text, fact->text, strlen(fact->text));
        break;
    case ASSAY_FACT_INTEGER:
        assay_text_format(text, "%lld", (long long)fact->integer);
        break;
    case ASSAY_FACT_REAL:
        assay_text_append_real(text, fact->real);
        break;
    case ASSAY_FACT_BOOL:
        assay_text_append(text, fact->truth ? "true" : "false");
        break;
    case ASSAY_FACT_NONE:
        assay_text_append(text, "null");
        break;
    }
}

static void append_json_fact(struct assay_text *text, const struct assay_fact *fact)
{
    const char *origin = fact->origin ? fact->origin : "";
    assay_text_append_json(text, fact->name, strlen(fact->name));
    assay_text_append(text, ":{\"value\":");
    append_value(text, fact);
    assay_text_append(text, fact->kind == ASSAY_FACT_NONE ? ",\"reason\":" : ",\"source\":");
    assay_text_append_json(text, origin, strlen(origin));
    assay_text_append(text, "}");
}

/* Whether a group begins with this fact: groups stand in the order of their first facts. */
static bool begins_group(const struct assay_facts *facts, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(facts->items[i].group, facts->items[index].group) == 0) {
            return false;
        }
    }
    return true;
}

static void append_group(struct assay_text *text, const struct assay_facts *facts, size_t first, bool json,
                         size_t width)
{
    const char *group = facts->items[first].group;
    if (json) {
        assay_text_format(text, "%s  \"%s\":{", first ? ",\n" : "\n", group);
    } else {
        assay_text_format(text, "%s%s\n", first ? "\n" : "", group);
    }
    for (size_t i = first; i < facts->count; i++) {
        if (strcmp(facts->items[i].group, group) != 0) {
            continue;
        }
        if (json) {
            assay_text_append(text, i > first ? ",\n    " : "\n    ");
            append_json_fact(text, &facts->items[i]);
        } else {
            append_text_fact(text, &facts->items[i], 26, width);
        }
    }
    assay_text_append(text, json ? "}" : "");
}

static int show(const struct assay_invocation *invocation)
{
    const struct env_values *values = invocation->values;
    struct assay_terminal terminal;
    struct assay_facts facts = ASSAY_FACTS_INIT;
    struct assay_text text = ASSAY_TEXT_INIT;
    bool json = assay_output_format(&values->format, &values->output) == ASSAY_AS_JSON;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_AUTO);
    size_t width = terminal.width == 0 ? 100 : terminal.width < 40 ? 40 : terminal.width;
    assay_machine_collect(&facts);
    text.failed = facts.failed;
    assay_text_append(&text, json ? "{" : "");
    for (size_t i = 0; i < facts.count; i++) {
        if (begins_group(&facts, i)) {
            append_group(&text, &facts, i, json, width);
        }
    }
    assay_text_append(&text, json ? "\n}\n" : "");
    assay_facts_release(&facts);
    return assay_output_write(&text, &values->output);
}

const struct assay_command assay_command_env_show = {
    .syntax = { .command = "env show", .options = options },
    .summary = "show what this machine is, every fact with its source",
    .description = "Every document of assay run holds these facts. What cannot be found out is shown as '-', with the "
                   "reason.",
    .values_size = sizeof(struct env_values),
    .run = show,
};

/* The table of commands and how a name finds one. Knows no option. */
#include "cli/command.h"

#include "cli/track.h"

#include <string.h>

const struct assay_command *const assay_commands[] = {
    &assay_command_run,
    &assay_command_compare,
    &assay_command_profile,
    &assay_command_timeit,
    &assay_command_report,
    &assay_command_import,
    &assay_command_track_record,
    &assay_command_track_check,
    &assay_command_track_bisect,
    &assay_command_track_log,
    &assay_command_track_accept,
    &assay_command_track_export,
    &assay_command_track_init,
    &assay_command_list,
    &assay_command_env_show,
    &assay_command_env_export,
    &assay_command_env_check,
    &assay_command_env_diff,
    &assay_command_new,
    &assay_command_help,
    NULL,
};

const struct assay_command *assay_command_find(char *const *argv, int *words)
{
    for (size_t i = 0; argv[0] && assay_commands[i]; i++) {
        const char *name = assay_commands[i]->syntax.command;
        size_t first = strcspn(name, " ");
        if (strlen(argv[0]) != first || memcmp(argv[0], name, first) != 0) {
            continue;
        }
        bool two = name[first] == ' ';
        if (two && (!argv[1] || strcmp(argv[1], name + first + 1) != 0)) {
            continue;
        }
        *words = two ? 2 : 1;
        return assay_commands[i];
    }
    return NULL;
}

/* Where a command's result goes: -o and --format, alike for every command. */
#include "cli/output.h"

#include "base/file.h"
#include "cli/command.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

const char *const assay_text_json[] = { "text", "json", NULL };

enum assay_text_or_json assay_output_format(const struct assay_option_value *format,
                                            const struct assay_option_value *output)
{
    if (format->given) {
        return format->integer ? ASSAY_AS_JSON : ASSAY_AS_TEXT;
    }
    const char *dot = output->text ? strrchr(output->text, '.') : NULL;
    return dot && strcmp(dot, ".json") == 0 ? ASSAY_AS_JSON : ASSAY_AS_TEXT;
}

bool assay_output_is_standard(const struct assay_option_value *output)
{
    return !output->given || strcmp(output->text, "-") == 0;
}

int assay_output_write(struct assay_text *text, const struct assay_option_value *output)
{
    int status = ASSAY_EXIT_OK;
    struct assay_error error = { 0 };
    if (text->failed) {
        status = assay_say_errorf("out of memory");
    } else if (assay_output_is_standard(output)) {
        fwrite(text->bytes ? text->bytes : "", 1, text->length, stdout);
    } else if (assay_file_write(output->text, text->bytes ? text->bytes : "", text->length, &error)) {
        status = assay_say_error(&error);
    }
    assay_text_release(text);
    return assay_finish_output(status);
}

/* assay-worker: loads one plug-in and serves the worker protocol for it. A kernel that crashes, hangs or exits takes
 * this process with it and nothing else. */
#include "base/text.h"
#include "worker/loader.h"
#include "worker/process.h"
#include "worker/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_CHANNEL = 1, EXIT_USAGE = 2 };

static const char usage[] = "usage: assay-worker [--channel descriptors|stdio] PLUGIN.so\n";
static const char help[] =
    "\n"
    "Runs the kernels of one plug-in for assay, which starts it; it speaks the worker protocol.\n"
    "\n"
    "  --channel descriptors  requests on descriptor 3, replies on 4 (the default)\n"
    "  --channel stdio        requests on standard input, replies on standard output\n"
    "  --help                 show this and exit\n"
    "  --version              show the version and exit\n";

struct command_line {
    const char *plugin;
    bool stdio, help, version;
};

static int read_command_line(struct command_line *out, int argc, char **argv, struct assay_error *error)
{
    bool options = true;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && strcmp(word, "--help") == 0) {
            out->help = true;
        } else if (options && strcmp(word, "--version") == 0) {
            out->version = true;
        } else if (options && strcmp(word, "--channel") == 0) {
            const char *channel = i + 1 < argc ? argv[++i] : "";
            out->stdio = strcmp(channel, "stdio") == 0;
            if (!out->stdio && strcmp(channel, "descriptors") != 0) {
                return assay_fail(error, ASSAY_EUSAGE, "bad --channel '%s': want descriptors or stdio", channel);
            }
        } else if (options && word[0] == '-' && word[1] != '\0') {
            return assay_fail(error, ASSAY_EUSAGE, "unknown option '%s'", word);
        } else if (out->plugin != NULL) {
            return assay_fail(error, ASSAY_EUSAGE, "one plug-in too many: '%s'", word);
        } else {
            out->plugin = word;
        }
    }
    if (out->plugin == NULL && !out->help && !out->version) {
        return assay_fail(error, ASSAY_EUSAGE, "no plug-in: want the path of a shared object");
    }
    return 0;
}

static int complain(const struct assay_error *error, int status)
{
    fprintf(stderr, "assay-worker: %s\n", error->text);
    return status;
}

static int serve(const struct command_line *line)
{
    struct assay_channel channel;
    struct assay_error error = { 0 };
    struct assay_error refusal = { 0 };
    struct assay_session_options options = { .version = "assay-worker " ASSAY_VERSION
                                                        " with google-benchmark " ASSAY_GBENCH_VERSION };
    if (assay_process_bind(&error) != 0 || (line->stdio ? assay_channel_from_stdio(&channel, &error)
                                                        : assay_channel_from_descriptors(&channel, &error)) != 0) {
        return complain(&error, EXIT_CHANNEL);
    }
    options.requests = channel.requests;
    options.replies = channel.replies;
    if (assay_loaded_open(&options.loaded, line->plugin, &refusal) != 0) {
        options.refusal = refusal.text; /* said to whoever asks, over the channel */
    }
    int code = assay_session_run(&options, &error);
    assay_loaded_free(options.loaded);
    return code == 0 ? EXIT_SUCCESS : complain(&error, EXIT_CHANNEL);
}

int main(int argc, char **argv)
{
    struct command_line line = { .plugin = NULL };
    struct assay_error error = { 0 };
    if (read_command_line(&line, argc, argv, &error) != 0) {
        complain(&error, EXIT_USAGE);
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (line.help) {
        fputs(usage, stdout);
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    if (line.version) {
        puts("assay-worker " ASSAY_VERSION);
        return EXIT_SUCCESS;
    }
    return serve(&line);
}

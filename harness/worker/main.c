/* assay-worker: loads one plug-in and serves the worker protocol for it. A kernel that crashes, hangs or exits takes
 * this process with it and nothing else. */
#include "base/number.h"
#include "base/text.h"
#include "protocol/steady.h"
#include "worker/callgrind.h"
#include "worker/elf_file.h"
#include "worker/loader.h"
#include "worker/process.h"
#include "worker/session.h"
#include "worker/relay.h"

#include <alloca.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_CHANNEL = 1, EXIT_USAGE = 2 };
enum { STACK_OFFSET_MAX = 65536, PAGE = 4096 };

static const char usage[] = "usage: assay-worker [--channel descriptors|stdio] [--stack-offset BYTES] [--turns] PLUGIN.so\n";
static const char help[] =
    "\n"
    "Runs the kernels of one plug-in for assay, which starts it; it speaks the worker protocol.\n"
    "PLUGIN.so may be /proc/self/fd/N, an open descriptor that the worker inherits.\n"
    "\n"
    "  --channel descriptors  requests on descriptor 3, replies on 4 (the default)\n"
    "  --channel stdio        requests on standard input, replies on standard output\n"
    "  --stack-offset BYTES   start this much further down the stack: 0 to 65536, rounded up to the\n"
    "                         stack's alignment (0 is the default)\n"
    "  --turns                take turns with another worker: a byte read from descriptor 6 is the turn, one written\n"
    "                         to descriptor 7 gives it to the other\n"
    "  --help                 show this and exit\n"
    "  --version              show the version and exit\n";

struct command_line {
    const char *plugin;
    size_t stack_offset;
    bool stdio, turns, help, version;
};

static int read_channel(struct command_line *out, const char *text, struct assay_error *error)
{
    out->stdio = strcmp(text, "stdio") == 0;
    if (!out->stdio && strcmp(text, "descriptors") != 0) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --channel '%s': want descriptors or stdio", text);
    }
    return 0;
}

static int read_stack_offset(struct command_line *out, const char *text, struct assay_error *error)
{
    uint64_t bytes;
    if (!assay_parse_integer(text, &bytes) || bytes > STACK_OFFSET_MAX) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --stack-offset '%s': want 0 to %d", text, STACK_OFFSET_MAX);
    }
    out->stack_offset = (size_t)bytes;
    return 0;
}

static const struct {
    const char *word;
    int (*read)(struct command_line *out, const char *text, struct assay_error *error);
} valued[] = { { "--channel", read_channel }, { "--stack-offset", read_stack_offset } };

/* Whether the word is an option with a value, which is read then; *code says how that went. */
static bool read_valued(struct command_line *out, int *code, const char *word, const char *value,
                        struct assay_error *error)
{
    for (size_t i = 0; i < sizeof valued / sizeof valued[0]; i++) {
        if (strcmp(word, valued[i].word) == 0) {
            *code = valued[i].read(out, value, error);
            return true;
        }
    }
    return false;
}

static int read_command_line(struct command_line *out, int argc, char **argv, struct assay_error *error)
{
    bool options = true;
    int code = 0;
    for (int i = 1; i < argc && code == 0; i++) {
        const char *word = argv[i];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && strcmp(word, "--help") == 0) {
            out->help = true;
        } else if (options && strcmp(word, "--version") == 0) {
            out->version = true;
        } else if (options && strcmp(word, "--turns") == 0) {
            out->turns = true;
        } else if (options && read_valued(out, &code, word, i + 1 < argc ? argv[i + 1] : "", error)) {
            i++;
        } else if (options && word[0] == '-' && word[1] != '\0') {
            return assay_fail(error, ASSAY_EUSAGE, "unknown option '%s'", word);
        } else if (out->plugin != NULL) {
            return assay_fail(error, ASSAY_EUSAGE, "one plug-in too many: '%s'", word);
        } else {
            out->plugin = word;
        }
    }
    if (code == 0 && out->plugin == NULL && !out->help && !out->version) {
        return assay_fail(error, ASSAY_EUSAGE, "no plug-in: want the path of a shared object");
    }
    return code;
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
    if (assay_callgrind_is_here()) {
        assay_protocol_make_steady(); /* or counts would differ from run to run */
    }
    if (assay_process_bind(&error) != 0 || (line->stdio ? assay_channel_from_stdio(&channel, &error)
                                                        : assay_channel_from_descriptors(&channel, &error)) != 0) {
        return complain(&error, EXIT_CHANNEL);
    }
    if (line->turns && assay_relay_open(&options.relay, &error) != 0) {
        return complain(&error, EXIT_CHANNEL);
    }
    options.requests = channel.requests;
    options.replies = channel.replies;
    assay_process_keep_descriptor(assay_descriptor_of_path(line->plugin)); /* before the plug-in's constructors run */
    if (assay_loaded_open(&options.loaded, line->plugin, &refusal) != 0) {
        options.refusal = refusal.text; /* said to whoever asks, over the channel */
    }
    int code = assay_session_run(&options, &error);
    assay_loaded_free(options.loaded);
    return code == 0 ? EXIT_SUCCESS : complain(&error, EXIT_CHANNEL);
}

/* The stack of a process begins where its environment ends: how its frames lie in cache lines and pages is an accident
 * that holds as long as the process. The offset makes it one that can be drawn anew. Touched, so that it is neither
 * optimized away nor first met by the kernel. */
static int serve_further_down(const struct command_line *line)
{
    size_t size = line->stack_offset;
    volatile char *room = alloca(size + 1);
    for (size_t i = 0; i < size; i += PAGE) {
        room[i] = 0;
    }
    int code = serve(line);
    room[size] = 0; /* after the call: it is no tail call, and the room is still there */
    return code;
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
    return serve_further_down(&line);
}

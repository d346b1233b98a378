/* Addresses of stores: which are a server's, and how they are shown without their passwords. Text alone; knows no database. */
#include "history/database.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const schemes[] = { "postgresql://", "postgres://" };
/* Parameters behind a '?' that say where the store is; of the others some are secrets, and none is needed to tell stores apart. */
static const char *const shown[] = { "host", "hostaddr", "port", "dbname", "user" };

/* What an address is made of; each a piece of it. */
struct pieces {
    const char *user, *hosts, *path, *query; /* NULL: not there */
    size_t user_length, hosts_length, path_length;
};

/* Behind the scheme; NULL: it is a path. */
static const char *behind_scheme(const char *address)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t length = strlen(schemes[i]);
        if (strncmp(address, schemes[i], length) == 0) {
            return address + length;
        }
    }
    return NULL;
}

bool assay_address_is_server(const char *address)
{
    return behind_scheme(address) != NULL;
}

static void split(struct pieces *pieces, const char *rest)
{
    *pieces = (struct pieces){ 0 };
    size_t authority = strcspn(rest, "/?");
    const char *at = memchr(rest, '@', authority);
    if (at) {
        const char *colon = memchr(rest, ':', (size_t)(at - rest));
        pieces->user = rest;
        pieces->user_length = (size_t)((colon ? colon : at) - rest);
    }
    pieces->hosts = at ? at + 1 : rest;
    pieces->hosts_length = (size_t)(rest + authority - pieces->hosts);
    if (rest[authority] == '/') {
        pieces->path = rest + authority + 1;
        pieces->path_length = strcspn(pieces->path, "?");
    }
    const char *query = strchr(rest, '?');
    pieces->query = query ? query + 1 : NULL;
}

/* ---- what is refused ---- */

/* Hosts with ports, with commas between. Where a port is none, a piece of a password may stand in its place. */
static bool has_odd_port(const struct pieces *pieces)
{
    const char *at = pieces->hosts, *end = at + pieces->hosts_length;
    bool bracketed = false, port = false;
    for (; at < end; at++) {
        bracketed = *at == '[' || (bracketed && *at != ']');
        if (*at == ',') {
            port = false;
        } else if (*at == ':' && !bracketed) {
            port = true;
        } else if (port && !isdigit((unsigned char)*at)) {
            return true;
        }
    }
    return false;
}

/* "host=db password=x", "mysql://u:x@h", "postgresql:u:x@h": no path that anybody means. */
static bool is_odd_path(const char *address)
{
    bool postgres = strncasecmp(address, "postgres:", 9) == 0 || strncasecmp(address, "postgresql:", 11) == 0;
    return postgres || strstr(address, "://") || strcasestr(address, "password=");
}

int assay_address_check(const char *address, struct assay_error *error)
{
    const char *rest = behind_scheme(address);
    if (!rest && is_odd_path(address)) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad address of a store: want a path, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
    }
    if (!rest && !*address) {
        return assay_fail(error, ASSAY_EUSAGE, "bad address of a store '': want a path, or postgresql://...");
    }
    if (!rest) {
        return 0;
    }
    struct pieces pieces;
    split(&pieces, rest);
    const char *at = strchr(rest, '@');
    bool one = !at || (pieces.user && !strchr(at + 1, '@'));
    if (!one || has_odd_port(&pieces) || strchr(rest, '#')) {
        return assay_fail(error, ASSAY_EUSAGE,
                          "bad address of a store (not shown: it may hold a password): want postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
                          "and of a password '@' as %%40, '/' as %%2F, ':' as %%3A, '?' as %%3F, '#' as %%23");
    }
    return 0;
}

/* ---- what is shown ---- */

static void append_shown_parameters(struct assay_text *text, const char *query)
{
    char sign = '?';
    while (query && *query) {
        size_t length = strcspn(query, "&"), key = strcspn(query, "=&");
        for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
            if (strlen(shown[i]) == key && strncmp(query, shown[i], key) == 0) {
                assay_text_append_char(text, sign);
                assay_text_append_bytes(text, query, length);
                sign = '&';
            }
        }
        query += length + (query[length] == '&');
    }
}

char *assay_store_name(const char *address)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    struct pieces pieces;
    const char *rest = behind_scheme(address);
    if (assay_address_check(address, NULL)) {
        return assay_copy("an address that is none");
    }
    if (!rest) {
        return assay_copy(address);
    }
    split(&pieces, rest);
    assay_text_append(&text, schemes[0]);
    if (pieces.user && pieces.user_length > 0) {
        assay_text_append_bytes(&text, pieces.user, pieces.user_length);
        assay_text_append_char(&text, '@');
    }
    assay_text_append_bytes(&text, pieces.hosts, pieces.hosts_length);
    if (pieces.path) {
        assay_text_append_char(&text, '/');
        assay_text_append_bytes(&text, pieces.path, pieces.path_length);
    }
    append_shown_parameters(&text, pieces.query);
    return assay_text_take(&text);
}

/* ---- secrets ---- */

char *assay_address_scrub(const char *text, const char *const *secrets, size_t count)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_text_append(&out, "");
    while (*text) {
        size_t longest = 0;
        for (size_t i = 0; i < count; i++) {
            size_t length = secrets[i] ? strlen(secrets[i]) : 0;
            if (length > longest && strncmp(text, secrets[i], length) == 0) {
                longest = length;
            }
        }
        if (longest > 0) {
            assay_text_append(&out, "***");
        } else {
            assay_text_append_char(&out, *text);
        }
        text += longest > 0 ? longest : 1;
    }
    return assay_text_take(&out);
}

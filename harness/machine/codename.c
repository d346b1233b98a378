/* Which models libcpuid 0.6.2 knows by name. Its recognition counts agreeing fields and takes the best entry of a
 * table, however bad; so a codename is believed only for models that were out when it was made, and only when it is the
 * name that their makers gave them. Knows no file. */
#include "machine/parse.h"

#include <string.h>

#define ANY 255

static const struct {
    unsigned char family;
    unsigned char number;
    unsigned char stepping_least;
    unsigned char stepping_most;
    const char *name; /* what the codename has to contain; '|' separates alternatives */
} intel[] = {
    { 6, 26, 0, ANY, "Bloomfield|Gainestown" },
    { 6, 30, 0, ANY, "Lynnfield" },
    { 6, 37, 0, ANY, "Arrandale|Clarkdale" },
    { 6, 42, 0, ANY, "Sandy Bridge" },
    { 6, 44, 0, ANY, "Gulftown|Westmere" },
    { 6, 45, 0, ANY, "Sandy Bridge-E" },
    { 6, 58, 0, ANY, "Ivy Bridge" },
    { 6, 60, 0, ANY, "Haswell" },
    { 6, 61, 0, ANY, "Broadwell-U" },
    { 6, 62, 0, ANY, "Ivy Bridge-E" },
    { 6, 63, 0, ANY, "Haswell-E" },
    { 6, 69, 0, ANY, "Haswell" },
    { 6, 70, 0, ANY, "Haswell" },
    { 6, 71, 0, ANY, "Broadwell" },
    { 6, 78, 0, ANY, "Skylake" },
    { 6, 79, 0, ANY, "Broadwell-E" },
    { 6, 85, 0, 4, "Skylake" }, /* from stepping 5: Cascade Lake, Cooper Lake, which it calls Skylake too */
    { 6, 94, 0, ANY, "Skylake" },
    { 6, 102, 0, ANY, "Cannon Lake" },
    { 6, 108, 0, ANY, "Ice Lake" },
    { 6, 122, 0, ANY, "Gemini Lake" },
    { 6, 126, 0, ANY, "Ice Lake" },
    { 6, 138, 0, ANY, "Lakefield" },
    { 6, 140, 0, ANY, "Tiger Lake" },
    { 6, 142, 9, 9, "Kaby Lake" },
    { 6, 142, 10, 10, "Coffee Lake|Kaby Lake" },
    { 6, 142, 12, 12, "Comet Lake" },
    { 6, 150, 0, ANY, "Elkhart Lake" },
    { 6, 151, 0, ANY, "Alder Lake" },
    { 6, 154, 0, ANY, "Alder Lake" },
    { 6, 156, 0, ANY, "Jasper Lake" },
    { 6, 158, 9, 9, "Kaby Lake" },
    { 6, 158, 10, 13, "Coffee Lake" },
    { 6, 165, 0, ANY, "Comet Lake" },
    { 6, 167, 0, ANY, "Rocket Lake" },
    { 6, 183, 0, ANY, "Raptor Lake" },
}, amd[] = {
    { 21, 1, 0, ANY, "Interlagos|Zambezi" },
    { 21, 2, 0, ANY, "Abu Dhabi|Vishera" },
    { 21, 16, 0, ANY, "Trinity" },
    { 21, 19, 0, ANY, "Richland" },
    { 21, 48, 0, ANY, "Kaveri|Bald Eagle" },
    { 21, 96, 0, ANY, "Carrizo" },
    { 21, 101, 0, ANY, "Bristol Ridge" },
    { 21, 112, 0, ANY, "Stoney Ridge" },
    { 22, 0, 0, ANY, "Kabini" },
    { 22, 48, 0, ANY, "Beema|Mullins|Steppe Eagle" },
    { 23, 1, 0, ANY, "Naples|Summit Ridge|Whitehaven" },
    { 23, 8, 0, ANY, "Pinnacle Ridge|Colfax" },
    { 23, 17, 0, ANY, "Raven Ridge" },
    { 23, 24, 0, ANY, "Picasso" },
    { 23, 32, 0, ANY, "Dali" },
    { 23, 49, 0, ANY, "Rome|Castle Peak" },
    { 23, 96, 0, ANY, "Renoir" },
    { 23, 104, 0, ANY, "Lucienne" },
    { 23, 113, 0, ANY, "Matisse" },
    { 23, 144, 0, ANY, "Van Gogh" },
    { 23, 160, 0, ANY, "Mendocino" },
    { 25, 1, 0, ANY, "Milan" },
    { 25, 8, 0, ANY, "Chagall" },
    { 25, 33, 0, ANY, "Vermeer" },
    { 25, 68, 0, ANY, "Rembrandt" },
    { 25, 80, 0, ANY, "Cezanne" },
    { 25, 97, 0, ANY, "Raphael" },
};

/* Whether `text` contains one of the alternatives of `names`. */
static bool contains_one(const char *text, const char *names)
{
    for (const char *name = names;; name++) {
        size_t length = strcspn(name, "|");
        for (const char *at = text; strlen(at) >= length; at++) {
            if (strncmp(at, name, length) == 0) {
                return true;
            }
        }
        name += length;
        if (!*name) {
            return false;
        }
    }
}

bool assay_codename_known(const char *vendor, int64_t family, int64_t number, int64_t stepping, const char *codename)
{
    bool is_intel = strcmp(vendor, "GenuineIntel") == 0;
    if (!is_intel && strcmp(vendor, "AuthenticAMD") != 0) {
        return false;
    }
    size_t count = is_intel ? sizeof intel / sizeof *intel : sizeof amd / sizeof *amd;
    for (size_t i = 0; i < count; i++) {
        const __typeof__(*intel) *row = is_intel ? &intel[i] : &amd[i];
        if (row->family == family && row->number == number && stepping >= row->stepping_least &&
            stepping <= row->stepping_most) {
            return contains_one(codename, row->name);
        }
    }
    return false;
}

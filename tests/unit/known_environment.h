/* An exported environment that the tests of its reader, its comparison and its renderings share. */
#ifndef ASSAY_TESTS_KNOWN_ENVIRONMENT_H
#define ASSAY_TESTS_KNOWN_ENVIRONMENT_H

#define KNOWN_FACTS                                                                                                                \
    "\"environment\":{\"cpu\":{\"model\":{\"value\":\"Acme 9\",\"source\":\"x\"},\"architecture\":{\"value\":\"x86_64\","          \
    "\"source\":\"x\"},\"microcode\":{\"value\":null,\"reason\":\"hidden\"}},"                                                     \
    "\"topology\":{\"cores\":{\"value\":4,\"source\":\"x\"},\"smt\":{\"value\":true,\"source\":\"x\"}},"                           \
    "\"compilers\":{\"cc\":{\"value\":\"GNU 12.2.0\",\"source\":\"x\"},\"clang\":{\"value\":\"Clang 14.0.6\",\"source\":\"x\"}},"  \
    "\"libraries\":{\"libc\":{\"value\":\"2.36\",\"source\":\"x\"}},"                                                              \
    "\"kernel\":{\"release\":{\"value\":\"6.1\",\"source\":\"x\"}},\"odd\":{\"real\":{\"value\":0.5,\"source\":\"x\"}}}"
#define KNOWN_PACKAGE(name, version, archive)                                                                                      \
    "{\"name\":\"" name "\",\"version\":\"" version "\",\"architecture\":\"amd64\",\"foreign\":false,\"manual\":true,"             \
    "\"toolchain\":false,\"archive\":" archive "}"
#define KNOWN_GCC                                                                                                                  \
    "{\"name\":\"gcc-12\",\"version\":\"12.2.0-14\",\"architecture\":\"amd64\",\"foreign\":false,\"manual\":false,"                \
    "\"toolchain\":true,\"archive\":\"distribution\"}"
#define KNOWN_FOREIGN                                                                                                              \
    "{\"name\":\"libc6\",\"version\":\"2.36-9\",\"architecture\":\"i386\",\"foreign\":true,\"manual\":true,"                       \
    "\"toolchain\":false,\"archive\":\"distribution\"}"
#define KNOWN_MODULE(name, version, from) "{\"name\":\"" name "\",\"version\":\"" version "\",\"from\":\"" from "\"}"
#define KNOWN_PYTHON                                                                                                               \
    "{\"name\":\"python3\",\"program\":\"python3\",\"version\":\"CPython 3.11.2\",\"packaged\":true,\"separate\":false,"           \
    "\"packages_reason\":null,\"packages\":[" KNOWN_MODULE("numpy", "1.24.2", "system") ","                                        \
    KNOWN_MODULE("Cy_Thing", "2.0", "index") "," KNOWN_MODULE("torch", "2.0+cpu", "index") ","                                     \
    KNOWN_MODULE("mine", "0.1", "elsewhere") "]}"
#define KNOWN_VENV                                                                                                                 \
    "{\"name\":\"python3-path\",\"program\":\"python3\",\"version\":\"CPython 3.11.2\",\"packaged\":true,\"separate\":true,"       \
    "\"packages_reason\":null,\"packages\":[" KNOWN_MODULE("numba", "0.58.0", "index") "]}"
#define KNOWN_SILENT                                                                                                               \
    "{\"name\":\"pypy3\",\"program\":\"pypy3\",\"version\":\"unknown\",\"packaged\":false,\"separate\":false,"                     \
    "\"packages_reason\":\"it did not answer\",\"packages\":null}"
#define KNOWN_HEAD "{\"schema\":\"assay.environment/1\",\"created\":\"2026-11-22T16:10:31Z\","
#define KNOWN_DEBIAN "\"distribution\":{\"id\":\"debian\",\"release\":\"12\"},"
#define KNOWN_PACKAGES                                                                                                             \
    "\"packages_reason\":null,\"packages\":[" KNOWN_PACKAGE("bash", "5.2-1", "\"distribution\"") "," KNOWN_GCC ","                 \
    KNOWN_PACKAGE("nodejs", "20-1", "\"other\"") "," KNOWN_PACKAGE("curl", "7.8-1", "null") "," KNOWN_FOREIGN ","                  \
    KNOWN_PACKAGE("linux-image-amd64", "6.1-1", "\"distribution\"") "],"
#define KNOWN_INTERPRETERS                                                                                                         \
    "\"interpreters_reason\":null,\"interpreters\":[" KNOWN_PYTHON "," KNOWN_VENV "," KNOWN_SILENT "]}"
#define KNOWN_ENVIRONMENT KNOWN_HEAD KNOWN_FACTS "," KNOWN_DEBIAN KNOWN_PACKAGES KNOWN_INTERPRETERS

#endif

/* What is installed here: packages, interpreters with theirs, compilers. Asks the programs that know, which takes
 * seconds: for `assay env`, never for a run. */
#ifndef ASSAY_MACHINE_SOFTWARE_H
#define ASSAY_MACHINE_SOFTWARE_H

#include "base/facts.h"
#include "base/software.h"

/* Adds the interpreters of kernels: python3 as kernels start it (`python`; NULL: there is none), the python3 of PATH
 * where that is another one, pypy3, graalpy. Each says itself which packages it finds; one that is there and does not
 * answer is added with the reason. */
void assay_machine_interpreters(struct assay_software *software, const char *python);
/* Adds the distribution and, as dpkg and apt tell, the packages that somebody asked for, those of the toolchain (with the
 * interpreters that `software` holds already), Python's (python3-*, pypy3-*), and those named in `also` (ended by NULL;
 * NULL: none). */
void assay_machine_packages(struct assay_software *software, const char *const *also);
/* The group "compilers": what cc, c++, gcc and clang in PATH say that they are, in the words of a plug-in's build:
 * "GNU 12.2.0". */
void assay_machine_compilers(struct assay_facts *facts);

#endif

#!/bin/sh
# Every header compiles alone; what is installed also as strict C99 and as C++.
# usage: headers.sh SOURCE_DIRECTORY
set -eu
cd "$1"
status=0
for header in $(find harness reports kernels -name '*.h' | sort); do
    echo "#include \"$(realpath "$header")\"" |
        ${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iharness -Iharness/include -Ikernels -I. -fsyntax-only -x c - ||
        { echo "does not stand alone: $header"; status=1; }
done
for header in harness/include/assay/*.h; do
    echo "#include \"$(realpath "$header")\"" |
        ${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Werror -Iharness/include -fsyntax-only -x c - || { echo "not C99: $header"; status=1; }
    echo "#include \"$(realpath "$header")\"" |
        ${CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic -Werror -Iharness/include -fsyntax-only -x c++ - || { echo "not C++: $header"; status=1; }
done
exit $status

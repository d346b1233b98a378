#!/bin/sh
# usage: find_package.sh BUILD SOURCE
# Installs a build to a temporary prefix and builds plug-ins outside the tree, by find_package and by pkg-config, from
# the template that `assay new` copies. Where assay itself is built, it must list, run and verify them.
set -eu
build=$1
source=$2
cmake=${CMAKE:-cmake}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
fail() {
    echo "find_package.sh: $*" >&2
    exit 1
}
there() {
    for file in "$@"; do
        [ -e "$file" ] || fail "want $file"
    done
}

"$cmake" --install "$build" --prefix "$work/prefix" > "$work/install.log" || fail "install: $(tail -n 1 "$work/install.log")"
prefix=$work/prefix
there "$prefix/include/assay/kernel.h" "$prefix/include/assay/profile.h" "$prefix/lib/assay/kernels/primes.so" \
    "$prefix/lib/assay/kernels/primes.builds/timed.o" "$prefix/lib/assay/kernels/primes.builds/counts.so" \
    "$prefix/lib/assay/kernels/primes.builds/coverage/tool" "$prefix/share/assay/runtime/counting.h" \
    "$prefix/share/assay/reference/primes.yaml" "$prefix/share/assay/templates/kernel.c.in"
# Moved: nothing may remember where it was installed first.
mv "$prefix" "$work/moved"
prefix=$work/moved

mkdir "$work/sorting"
for file in kernel.c:sorting.c CMakeLists.txt:CMakeLists.txt; do
    sed 's/@NAME@/sorting/g' "$prefix/share/assay/templates/${file%:*}.in" > "$work/sorting/${file#*:}"
done
"$cmake" -S "$work/sorting" -B "$work/out" -DCMAKE_PREFIX_PATH="$prefix" > "$work/configure.log" 2>&1 ||
    fail "configure: $(cat "$work/configure.log")"
"$cmake" --build "$work/out" > "$work/build.log" 2>&1 || fail "build: $(cat "$work/build.log")"
there "$work/out/sorting.so"
for file in profile.so counts.so timed.o link.json; do
    there "$work/out/sorting.builds/$file"
done
for symbol in assay_plugin assay_profile assay_counts; do
    nm -D --defined-only "$work/out/sorting.builds/counts.so" | grep -q " $symbol\$" || fail "counts.so: no $symbol"
done
exported=$(nm -D --defined-only "$work/out/sorting.so" | awk '{ print $3 }')
[ "$exported" = assay_plugin ] || fail "sorting.so exports '$exported', want assay_plugin alone"

# By hand; as C99 and as C++ the source must be without a warning.
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig:$prefix/lib/$(cc -print-multiarch 2> /dev/null || true)/pkgconfig"
flags=$(pkg-config --define-prefix --cflags assay)
warn="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
# shellcheck disable=SC2086
cc -std=c99 $warn -O2 -shared -fPIC $flags -o "$work/by_hand.so" "$work/sorting/sorting.c" || fail "C99 by pkg-config"
# shellcheck disable=SC2086
c++ -std=c++11 -x c++ $warn -fsyntax-only $flags "$work/sorting/sorting.c" || fail "C++ by pkg-config"

# The same from the build tree, without installing.
"$cmake" -S "$work/sorting" -B "$work/out2" -Dassay_DIR="$build" > "$work/configure.log" 2>&1 ||
    fail "configure against the build tree: $(cat "$work/configure.log")"

assay=$prefix/bin/assay
if [ -x "$assay" ]; then
    export XDG_CACHE_HOME="$work/cache" XDG_STATE_HOME="$work/state"
    for plugin in "$work/out/sorting.so" "$work/by_hand.so"; do
        "$assay" run --samples 2 --warmup 1ms --batch 1ms --quiet --format json -o "$work/result.json" \
            "$plugin:sorting.sort" || fail "assay run $plugin: status $?"
        grep -q '"verified": *true' "$work/result.json" || fail "$plugin: not verified"
    done
    ASSAY_PATH="$work/out" "$assay" list | grep -q sorting.sort || fail "assay list does not find ASSAY_PATH's plug-in"
fi
[ "$source" != "" ] && there "$source/docs/plugin-abi.md"
echo "find_package.sh: all well"

# assay_add_kernel(NAME SOURCES file... [LIBRARIES lib...] [OPTIONS flag...] [DEFINITIONS def...] [DIRECTORY dir]
#                  [NO_ALIGN] [NO_FRAME_POINTERS] [TIMED_ONLY])
#
# Builds a plug-in from its sources more than once (docs/plugin-abi.md, "Builds"):
#   NAME.so                     timed: no hook, functions aligned to 64 and loops to 32 bytes, frame pointers kept
#   NAME.builds/profile.so      -finstrument-functions, and hooks that keep a tree of calling contexts
#   NAME.builds/counts.so       the same, with hooks that only count, inlined; and ASSAY_COUNT(n) counts operations
#   NAME.builds/coverage.so     --coverage, where the compiler can, and
#   NAME.builds/coverage/       what its counters are about: a .gcno a source, and `tool`, which program reads them
#   NAME.builds/timed.o         the timed objects as one relocatable object, and
#   NAME.builds/link.json       how to link it: for layouts on demand
# The targets are kernel-NAME (timed), kernel-NAME-profile, -counts, -coverage and kernel-NAME-layout.
# DIRECTORY: where NAME.so goes; ${CMAKE_BINARY_DIR}/kernels in assay's own tree, else the current binary directory.
# NO_ALIGN and NO_FRAME_POINTERS switch off what their names say; the build text of the plug-in then shows it.
# TIMED_ONLY builds NAME.so alone.
#
# The same file serves assay's own tree and, installed, find_package(assay).
#
# As a script (cmake -P), after the coverage build is linked: copies the .gcno files that stand beside its objects.
if(CMAKE_SCRIPT_MODE_FILE)
  foreach(object ${OBJECTS})
    string(REGEX REPLACE "\\.[^./]*$" ".gcno" notes ${object})
    get_filename_component(name ${notes} NAME)
    configure_file(${notes} ${DIRECTORY}/${name} COPYONLY)
  endforeach()
  return()
endif()

include_guard(GLOBAL)
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)

if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/../harness/include/assay/kernel.h)
  get_filename_component(_assay_root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
  set_property(GLOBAL PROPERTY ASSAY_KERNEL_INCLUDE ${_assay_root}/harness/include)
  set_property(GLOBAL PROPERTY ASSAY_KERNEL_RUNTIME ${_assay_root}/harness/hooks)
  if(CMAKE_SOURCE_DIR STREQUAL _assay_root)
    set_property(GLOBAL PROPERTY ASSAY_KERNEL_DIRECTORY ${CMAKE_BINARY_DIR}/kernels)
  endif()
endif() # else assayConfig.cmake has set them

# Which of the flags the compiler takes; asked once.
function(_assay_kernel_flags)
  foreach(flag -falign-functions=64 -falign-loops=32)
    string(MAKE_C_IDENTIFIER "ASSAY_TAKES${flag}" variable)
    check_c_compiler_flag(${flag} ${variable})
    if(${variable})
      list(APPEND align ${flag})
    endif()
  endforeach()
  set_property(GLOBAL PROPERTY ASSAY_KERNEL_ALIGN ${align})
  check_c_compiler_flag(-falign-functions=16 ASSAY_TAKES_FALIGN_FUNCTIONS_16)
  set(CMAKE_REQUIRED_FLAGS "--coverage -fprofile-update=atomic")
  check_c_source_compiles("void __gcov_reset(void); int main(void) { __gcov_reset(); return 0; }" ASSAY_TAKES_COVERAGE)

  set(mode "")
  # The reader of the coverage build's files comes from the compiler's own release.
  string(REGEX MATCH "^[0-9]+" major "${CMAKE_C_COMPILER_VERSION}")
  if(CMAKE_C_COMPILER_ID MATCHES Clang)
    find_program(ASSAY_COVERAGE_READER NAMES llvm-cov-${major} llvm-cov)
    set(mode " gcov")
  else()
    find_program(ASSAY_COVERAGE_READER NAMES gcov-${major} gcov)
  endif()
  mark_as_advanced(ASSAY_COVERAGE_READER)
  if(ASSAY_COVERAGE_READER)
    get_filename_component(reader ${ASSAY_COVERAGE_READER} NAME)
    set(ASSAY_COVERAGE_TOOL "${reader}${mode}" CACHE INTERNAL "reads .gcda files")
  endif()
endfunction()

# The hooks' runtimes, once a project, themselves never instrumented. ASSAY_KERNEL_RUNTIME is their directory.
function(_assay_hooks_runtime)
  get_property(include GLOBAL PROPERTY ASSAY_KERNEL_INCLUDE)
  get_property(directory GLOBAL PROPERTY ASSAY_KERNEL_RUNTIME)
  set(counts counting.c)
  set(profile tree.c threads.c events.c jumps.c calibrate.c profile.c)
  set(coverage coverage.c)
  check_c_compiler_flag(-fno-tree-vectorize ASSAY_TAKES_FNO_TREE_VECTORIZE)
  if(ASSAY_TAKES_FNO_TREE_VECTORIZE) # two words stored as one cannot be read as quickly
    set(quick -fno-tree-vectorize)
  endif()
  foreach(build counts profile coverage)
    list(TRANSFORM ${build} PREPEND ${directory}/)
    add_library(assay-hooks-${build} OBJECT EXCLUDE_FROM_ALL ${${build}})
    set_target_properties(assay-hooks-${build} PROPERTIES C_STANDARD 11 C_EXTENSIONS ON C_VISIBILITY_PRESET hidden
      POSITION_INDEPENDENT_CODE ON)
    target_include_directories(assay-hooks-${build} PRIVATE ${include})
    target_compile_options(assay-hooks-${build} PRIVATE -O2 -g -pthread ${quick} ${ASSAY_C_WARNINGS})
  endforeach()
endfunction()

# The coverage build's notes: beside their objects they would not be found again. Two sources of one name would have one
# file of notes: no coverage build then.
function(_assay_kernel_coverage name builds)
  add_custom_command(TARGET kernel-${name}-coverage POST_BUILD
    COMMAND ${CMAKE_COMMAND} "-DOBJECTS=$<TARGET_OBJECTS:kernel-${name}-coverage>" -DDIRECTORY=${builds}/coverage
      -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE} VERBATIM)
  file(GENERATE OUTPUT ${builds}/coverage/tool CONTENT "${ASSAY_COVERAGE_TOOL}\n")
endfunction()

# One build of a plug-in: target, where it goes, its flags.
function(_assay_kernel_build target)
  cmake_parse_arguments(K "" "OUTPUT;DIRECTORY;BUILD" "SOURCES;LIBRARIES;DEFINITIONS;OPTIONS;LINK" ${ARGN})
  get_property(include GLOBAL PROPERTY ASSAY_KERNEL_INCLUDE)
  add_library(${target} MODULE ${K_SOURCES})
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX .so OUTPUT_NAME ${K_OUTPUT}
    LIBRARY_OUTPUT_DIRECTORY ${K_DIRECTORY} POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(${target} PRIVATE ${include})
  if(ASSAY_WARNINGS) # assay's own tree
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C>:${ASSAY_C_WARNINGS}>
      $<$<COMPILE_LANGUAGE:CXX>:${ASSAY_WARNINGS}>)
  endif()
  target_compile_options(${target} PRIVATE ${K_OPTIONS})
  target_compile_definitions(${target} PRIVATE ASSAY_BUILD="${K_BUILD}" ${K_DEFINITIONS})
  target_link_options(${target} PRIVATE -Wl,--build-id=sha1 -Wl,-z,defs ${K_LINK})
  target_link_libraries(${target} PRIVATE ${K_LIBRARIES})
endfunction()

# timed.o and link.json: what harness/catalog/layout.c links again, with every function elsewhere.
function(_assay_kernel_layout name directory libraries)
  set(compiler ${CMAKE_C_COMPILER})
  get_target_property(sources kernel-${name} SOURCES)
  if(sources MATCHES "\\.(cc|cpp|cxx|C)(;|$)")
    set(compiler ${CMAKE_CXX_COMPILER})
  endif()
  set(object ${directory}/${name}.builds/timed.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${compiler} -r -nostdlib -o ${object} $<TARGET_OBJECTS:kernel-${name}>
    DEPENDS $<TARGET_OBJECTS:kernel-${name}> COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Joining the objects of ${name} for layouts")
  add_custom_target(kernel-${name}-layout ALL DEPENDS ${object})
  add_dependencies(kernel-${name}-layout kernel-${name})

  # Libraries as a linker takes them: targets become files or what they stand for, bare names become -l.
  set(words "")
  foreach(library ${libraries})
    if(TARGET ${library})
      get_target_property(type ${library} TYPE)
      if(type STREQUAL "INTERFACE_LIBRARY")
        list(APPEND words $<TARGET_PROPERTY:${library},INTERFACE_LINK_LIBRARIES>)
      else()
        list(APPEND words $<TARGET_LINKER_FILE:${library}>)
      endif()
    elseif(library MATCHES "^-|/")
      list(APPEND words ${library})
    else()
      list(APPEND words -l${library})
    endif()
  endforeach()
  set(joined "$<JOIN:${words},\",\">")
  file(GENERATE OUTPUT ${directory}/${name}.builds/link.json CONTENT
"{\"format\":1,\"compiler\":\"${compiler}\",
\"arguments\":[\"-shared\",\"-fPIC\",\"-Wl,--build-id=sha1\",\"-Wl,-z,defs\"],
\"libraries\":[$<$<BOOL:${words}>:\"${joined}\">]}
")
endfunction()

function(assay_add_kernel name)
  cmake_parse_arguments(A "NO_ALIGN;NO_FRAME_POINTERS;TIMED_ONLY" "DIRECTORY" "SOURCES;LIBRARIES;OPTIONS;DEFINITIONS" ${ARGN})
  if(A_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "assay_add_kernel(${name}): unknown argument ${A_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT A_SOURCES)
    message(FATAL_ERROR "assay_add_kernel(${name}): want SOURCES and at least one file")
  endif()
  get_property(asked GLOBAL PROPERTY ASSAY_KERNEL_ALIGN SET)
  if(NOT asked)
    _assay_kernel_flags()
  endif()
  get_property(align GLOBAL PROPERTY ASSAY_KERNEL_ALIGN)
  if(NOT A_DIRECTORY)
    get_property(A_DIRECTORY GLOBAL PROPERTY ASSAY_KERNEL_DIRECTORY)
  endif()
  if(NOT A_DIRECTORY)
    set(A_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  get_filename_component(A_DIRECTORY ${A_DIRECTORY} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_BINARY_DIR})

  set(flags -O2 -g -ffunction-sections)
  if(NOT A_NO_ALIGN)
    list(APPEND flags ${align})
  endif()
  if(NOT A_NO_FRAME_POINTERS)
    list(APPEND flags -fno-omit-frame-pointer)
  endif()
  list(APPEND flags ${A_OPTIONS})
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  string(JOIN " " build ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}} ${flags})
  string(REGEX REPLACE "[\"\\\\]" "" build "${build}")
  set(common SOURCES ${A_SOURCES} LIBRARIES ${A_LIBRARIES} BUILD ${build})
  set(builds ${A_DIRECTORY}/${name}.builds)

  _assay_kernel_build(kernel-${name} ${common} OUTPUT ${name} DIRECTORY ${A_DIRECTORY} OPTIONS ${flags}
    DEFINITIONS ${A_DEFINITIONS})
  set_property(GLOBAL APPEND PROPERTY ASSAY_KERNELS ${name})
  if(A_TIMED_ONLY)
    return()
  endif()
  _assay_kernel_layout(${name} ${A_DIRECTORY} "${A_LIBRARIES}")
  if(NOT TARGET assay-hooks-counts)
    _assay_hooks_runtime()
  endif()
  set(hooks ${flags} -finstrument-functions)

  # An exit hook that is jumped to finds its function's frame gone. A jump is seen where it begins (harness/hooks/jumps.c).
  set(jumps "")
  foreach(function longjmp _longjmp siglongjmp __longjmp_chk __cxa_begin_catch)
    list(APPEND jumps -Wl,--wrap=${function})
  endforeach()
  _assay_kernel_build(kernel-${name}-profile ${common} OUTPUT profile DIRECTORY ${builds}
    OPTIONS ${hooks} -fno-optimize-sibling-calls LINK -pthread ${jumps} DEFINITIONS ${A_DEFINITIONS})
  target_sources(kernel-${name}-profile PRIVATE $<TARGET_OBJECTS:assay-hooks-profile>)

  # A counter is found by a function's address / 16.
  if(A_NO_ALIGN AND ASSAY_TAKES_FALIGN_FUNCTIONS_16)
    list(APPEND hooks -falign-functions=16)
  endif()
  get_property(runtime GLOBAL PROPERTY ASSAY_KERNEL_RUNTIME)
  _assay_kernel_build(kernel-${name}-counts ${common} OUTPUT counts DIRECTORY ${builds}
    OPTIONS ${hooks} "$<$<COMPILE_LANGUAGE:C,CXX>:SHELL:-include \"${runtime}/counting.h\">" LINK -pthread
    DEFINITIONS ${A_DEFINITIONS} ASSAY_COUNTS_BUILD)
  target_sources(kernel-${name}-counts PRIVATE $<TARGET_OBJECTS:assay-hooks-counts>)

  set(names "")
  foreach(source ${A_SOURCES})
    get_filename_component(file ${source} NAME)
    list(APPEND names ${file})
  endforeach()
  set(unique ${names})
  list(REMOVE_DUPLICATES unique)
  if(ASSAY_TAKES_COVERAGE AND ASSAY_COVERAGE_TOOL AND names STREQUAL unique)
    # Atomic: threads that count one line lose nothing. Nobody times this build.
    _assay_kernel_build(kernel-${name}-coverage ${common} OUTPUT coverage DIRECTORY ${builds}
      OPTIONS ${flags} --coverage -fprofile-update=atomic LINK --coverage DEFINITIONS ${A_DEFINITIONS})
    target_sources(kernel-${name}-coverage PRIVATE $<TARGET_OBJECTS:assay-hooks-coverage>)
    _assay_kernel_coverage(${name} ${builds})
  endif()
endfunction()

# How every folder is built: warnings are errors, one static library a folder, sources found by name.
include_guard()

set(ASSAY_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
set(ASSAY_C_WARNINGS ${ASSAY_WARNINGS} -Wstrict-prototypes -Wmissing-prototypes)

set(ASSAY_SANITIZE_FLAGS "")
if(ASSAY_SANITIZE)
  set(ASSAY_SANITIZE_FLAGS -fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()

# Warnings and sanitizers for a target of ours.
function(assay_house_rules target)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:C>:${ASSAY_C_WARNINGS}> $<$<COMPILE_LANGUAGE:CXX>:${ASSAY_WARNINGS}> ${ASSAY_SANITIZE_FLAGS})
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  if(ASSAY_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(ASSAY_SANITIZE)
    target_link_options(${target} PRIVATE ${ASSAY_SANITIZE_FLAGS})
  endif()
endfunction()

# assay_library(base DEPENDS ... LIBRARIES ...): the folder's sources as the static library assay-base.
function(assay_library name)
  cmake_parse_arguments(A "" "" "DEPENDS;LIBRARIES;INCLUDES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  if(NOT sources)
    add_library(assay-${name} INTERFACE)
    return()
  endif()
  add_library(assay-${name} STATIC ${sources})
  assay_house_rules(assay-${name})
  target_include_directories(assay-${name} PUBLIC ${CMAKE_SOURCE_DIR}/harness ${A_INCLUDES})
  list(TRANSFORM A_DEPENDS PREPEND assay-)
  target_link_libraries(assay-${name} PUBLIC ${A_DEPENDS} PRIVATE ${A_LIBRARIES})
endfunction()

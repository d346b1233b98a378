# What `cmake --install` puts where, and what find_package(assay) and pkg-config find. The program looks for its parts
# relative to itself (harness/catalog/places.c), so the tree can be moved as a whole.
include(CMakePackageConfigHelpers)

# Programs. A worker is no command for people: libexec.
if(TARGET assay)
  install(TARGETS assay RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET assay-worker)
  install(TARGETS assay-worker RUNTIME DESTINATION libexec/assay)
endif()
if(TARGET assay-allocations)
  install(TARGETS assay-allocations LIBRARY DESTINATION lib/assay)
endif()
foreach(worker ${CMAKE_SOURCE_DIR}/harness/worker/assay-worker.py)
  if(EXISTS ${worker})
    install(PROGRAMS ${worker} DESTINATION libexec/assay)
  endif()
endforeach()

# Plug-ins with their other builds, and descriptions of workers in other languages.
get_property(kernels GLOBAL PROPERTY ASSAY_KERNELS)
get_property(kernel_directory GLOBAL PROPERTY ASSAY_KERNEL_DIRECTORY)
set(builds profile.so counts.so coverage.so timed.o link.json)
foreach(kernel ${kernels})
  get_target_property(directory kernel-${kernel} LIBRARY_OUTPUT_DIRECTORY)
  if(directory STREQUAL kernel_directory)
    install(TARGETS kernel-${kernel} LIBRARY DESTINATION lib/assay/kernels)
    list(TRANSFORM builds PREPEND ${kernel_directory}/${kernel}.builds/ OUTPUT_VARIABLE files)
    install(FILES ${files} DESTINATION lib/assay/kernels/${kernel}.builds OPTIONAL)
    install(DIRECTORY ${kernel_directory}/${kernel}.builds/coverage DESTINATION lib/assay/kernels/${kernel}.builds OPTIONAL)
  endif()
endforeach()
file(GLOB descriptions CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernels/*.worker.yaml)
install(FILES ${descriptions} DESTINATION lib/assay/kernels)
if(EXISTS ${CMAKE_SOURCE_DIR}/kernels/python)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/kernels/python DESTINATION lib/assay/kernels FILES_MATCHING PATTERN "*.py")
endif()

# Data.
foreach(folder suites reference schema templates)
  if(EXISTS ${CMAKE_SOURCE_DIR}/data/${folder})
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/data/${folder} DESTINATION share/assay)
  endif()
endforeach()

# For authors of plug-ins.
set(config_directory ${CMAKE_INSTALL_LIBDIR}/cmake/assay)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/harness/include/assay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/harness/hooks/ DESTINATION share/assay/runtime FILES_MATCHING PATTERN "*.[ch]")
set(INCLUDE ${CMAKE_INSTALL_INCLUDEDIR})
set(RUNTIME share/assay/runtime)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/assayConfig.cmake.in ${CMAKE_BINARY_DIR}/install/assayConfig.cmake
  INSTALL_DESTINATION ${config_directory} PATH_VARS INCLUDE RUNTIME)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/install/assayConfigVersion.cmake COMPATIBILITY SameMajorVersion)
configure_file(${CMAKE_SOURCE_DIR}/cmake/assay.pc.in ${CMAKE_BINARY_DIR}/install/assay.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/install/assayConfig.cmake ${CMAKE_BINARY_DIR}/install/assayConfigVersion.cmake
  ${CMAKE_SOURCE_DIR}/cmake/AssayAddKernel.cmake DESTINATION ${config_directory})
install(FILES ${CMAKE_BINARY_DIR}/install/assay.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
# A build tree can be found too: -Dassay_DIR=BUILD.
file(WRITE ${CMAKE_BINARY_DIR}/assayConfig.cmake "include(\"${CMAKE_SOURCE_DIR}/cmake/AssayAddKernel.cmake\")\n")
configure_file(${CMAKE_BINARY_DIR}/install/assayConfigVersion.cmake ${CMAKE_BINARY_DIR}/assayConfigVersion.cmake COPYONLY)

# Manual pages and completions, as the build wrote them.
install(DIRECTORY ${CMAKE_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL FILES_MATCHING PATTERN "*.1")
install(FILES ${CMAKE_BINARY_DIR}/completions/assay.bash DESTINATION share/bash-completion/completions RENAME assay OPTIONAL)
install(FILES ${CMAKE_BINARY_DIR}/completions/_assay DESTINATION share/zsh/site-functions OPTIONAL)
install(FILES ${CMAKE_BINARY_DIR}/completions/assay.fish DESTINATION share/fish/vendor_completions.d OPTIONAL)

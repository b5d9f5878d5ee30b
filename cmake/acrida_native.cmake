# acrida::main: what a C++ scenario is linked with to become a program of its own. One archive of all layers below it, so
# that who installs acrida sees one library and include/acrida/, and nothing else of src/.
#
#   find_package(acrida REQUIRED)
#   add_executable(shop shop.cpp)
#   target_link_libraries(shop PRIVATE acrida::main)

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# The rows of the option table, from Python's.
find_program(ACRIDA_BUILD_PYTHON python3 REQUIRED)
set(acrida_option_rows ${PROJECT_BINARY_DIR}/generated/program/option_rows.inc)
add_custom_command(
  OUTPUT ${acrida_option_rows}
  COMMAND ${ACRIDA_BUILD_PYTHON} ${PROJECT_SOURCE_DIR}/tools/make_option_rows.py
          ${PROJECT_SOURCE_DIR}/python/acrida/_options.py ${acrida_option_rows}
  DEPENDS ${PROJECT_SOURCE_DIR}/tools/make_option_rows.py ${PROJECT_SOURCE_DIR}/python/acrida/_options.py VERBATIM)
target_sources(acrida_program PRIVATE ${acrida_option_rows})
target_include_directories(acrida_program PRIVATE ${PROJECT_BINARY_DIR}/generated)

# The web page inside of the program.
set(acrida_packed_page ${PROJECT_BINARY_DIR}/generated/packed_page.cpp)
add_custom_target(acrida_packed_page
  COMMAND ${ACRIDA_BUILD_PYTHON} ${PROJECT_SOURCE_DIR}/tools/pack_webui.py ${PROJECT_SOURCE_DIR}/webui/dist ${acrida_packed_page}
  BYPRODUCTS ${acrida_packed_page} VERBATIM)

set(acrida_native_layers base reactor wire stats load net fiber report http engine native cluster web app program)
set(acrida_native_objects)
foreach(layer ${acrida_native_layers})
  get_target_property(type acrida_${layer} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND acrida_native_objects $<TARGET_OBJECTS:acrida_${layer}>)
  endif()
endforeach()

add_library(acrida_main STATIC EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/src/program/main.cc ${acrida_packed_page} ${acrida_native_objects})
add_dependencies(acrida_main acrida_packed_page)
add_library(acrida::main ALIAS acrida_main)
set_target_properties(acrida_main PROPERTIES EXPORT_NAME main OUTPUT_NAME acrida_main)
target_include_directories(acrida_main
  PRIVATE ${PROJECT_SOURCE_DIR}/src
  PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(acrida_main PUBLIC cxx_std_20)
target_link_libraries(acrida_main PUBLIC Threads::Threads OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB PkgConfig::BROTLI
                                         PkgConfig::ZSTD PkgConfig::ZMQ SQLite::SQLite3 fmt::fmt Boost::context)

# cmake --install build/release --component native --prefix … (after building the target acrida_main)
install(TARGETS acrida_main EXPORT acridaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT native EXCLUDE_FROM_ALL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/acrida DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT native EXCLUDE_FROM_ALL)
install(EXPORT acridaTargets NAMESPACE acrida:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/acrida COMPONENT native EXCLUDE_FROM_ALL)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/acridaConfig.cmake.in ${PROJECT_BINARY_DIR}/acridaConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/acrida)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/acridaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/acridaConfig.cmake ${PROJECT_BINARY_DIR}/acridaConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/acrida COMPONENT native EXCLUDE_FROM_ALL)

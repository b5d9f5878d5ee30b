# acrida_layer(NAME [USES layer...] [LINKS target...])
#
# One static library from src/NAME/*.cpp. Files ending in _test.cpp become the doctest program NAME_tests
# (ACRIDA_TESTS; the target unit_tests builds them all), files ending in _bench.cpp are left to bench/. USES are the
# only layers it may include.

add_library(acrida_options INTERFACE)
target_compile_options(acrida_options INTERFACE -Wall -Wextra -Wshadow)
# gcc 12 sees an overlap in every "literal" + string at -O3 (GCC bug 105651).
target_compile_options(acrida_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(ACRIDA_WERROR)
  target_compile_options(acrida_options INTERFACE -Werror)
endif()
target_include_directories(acrida_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(ACRIDA_SANITIZE)
  target_compile_options(acrida_options INTERFACE -fsanitize=${ACRIDA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(acrida_options INTERFACE -fsanitize=${ACRIDA_SANITIZE})
  if(ACRIDA_SANITIZE MATCHES "undefined")
    target_compile_options(acrida_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
  if(ACRIDA_SANITIZE MATCHES "thread")
    # The thread sanitizer knows no fences. Asio's stand around handlers that its queue's mutex orders already.
    target_compile_definitions(acrida_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

if(ACRIDA_FUZZ)
  target_compile_options(acrida_options INTERFACE -fsanitize=fuzzer-no-link)  # coverage in the layers guides the fuzzers
endif()

if(ACRIDA_TESTS)
  enable_testing()
  find_package(doctest REQUIRED)
  add_custom_target(unit_tests)
  add_library(acrida_test_main OBJECT ${PROJECT_SOURCE_DIR}/src/base/test_main.cc)  # slow to compile: once for all
endif()

function(acrida_layer name)
  cmake_parse_arguments(LAYER "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_(test|testing)\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|testing|bench)\\.cpp$")

  if(sources)
    add_library(acrida_${name} STATIC ${sources})
    set(visibility PUBLIC)
  else()
    add_library(acrida_${name} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_link_libraries(acrida_${name} ${visibility} acrida_options ${LAYER_LINKS})
  foreach(used ${LAYER_USES})
    target_link_libraries(acrida_${name} ${visibility} acrida_${used})
  endforeach()

  if(ACRIDA_TESTS AND tests)
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE acrida_${name} acrida_test_main doctest::doctest)
    target_compile_definitions(${name}_tests PRIVATE ACRIDA_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
    # Half the time to compile, of which most of the test command's goes; what they test keeps its optimisation.
    target_compile_options(${name}_tests PRIVATE -O0)
    set_target_properties(${name}_tests PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    add_test(NAME ${name} COMMAND ${name}_tests)
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
    add_dependencies(unit_tests ${name}_tests)
  endif()

  # Small benches beside the code: NAME_x_bench from x_bench.cpp, built only when asked for by name.
  if(ACRIDA_TESTS)
    file(GLOB benches CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*_bench.cpp)
    foreach(bench ${benches})
      get_filename_component(stem ${bench} NAME_WE)
      add_executable(${name}_${stem} EXCLUDE_FROM_ALL ${bench})
      target_link_libraries(${name}_${stem} PRIVATE acrida_${name})
    endforeach()
  endif()
endfunction()

# acrida_python_module(NAME USES layer... [LINKS target...]): the nanobind extension from src/python/*.cpp.
function(acrida_python_module name)
  cmake_parse_arguments(MODULE "" "" "USES;LINKS" ${ARGN})
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
  execute_process(COMMAND ${Python_EXECUTABLE} -m nanobind --cmake_dir
                  OUTPUT_STRIP_TRAILING_WHITESPACE OUTPUT_VARIABLE nanobind_ROOT COMMAND_ERROR_IS_FATAL ANY)
  find_package(nanobind CONFIG REQUIRED)
  execute_process(COMMAND ${Python_EXECUTABLE} -c "import greenlet, os; print(os.path.dirname(greenlet.__path__[0]))"
                  OUTPUT_STRIP_TRAILING_WHITESPACE OUTPUT_VARIABLE greenlet_include COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/python/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$")
  nanobind_add_module(${name} NB_STATIC NOMINSIZE ${sources})
  # Not ours: its headers must not trip over our warnings.
  target_include_directories(${name} SYSTEM PRIVATE ${NB_DIR}/include ${Python_INCLUDE_DIRS}
                             ${greenlet_include})
  target_compile_definitions(${name} PRIVATE PY_SSIZE_T_CLEAN)  # else "s#" of Python 3.11 counts in int
  target_link_libraries(${name} PRIVATE acrida_options ${MODULE_LINKS})
  foreach(used ${MODULE_USES})
    target_link_libraries(${name} PRIVATE acrida_${used})
  endforeach()
  install(TARGETS ${name} LIBRARY DESTINATION acrida)
endfunction()

# acrida_fuzzers(USES layer...): one libFuzzer program from each fuzz/*_fuzz.cpp, named after its file (clang only);
# the target `fuzzers` is all of them.
function(acrida_fuzzers)
  cmake_parse_arguments(FUZZ "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*_fuzz.cpp)
  add_custom_target(fuzzers)
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    add_dependencies(fuzzers ${name})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name} PRIVATE acrida_options)
    foreach(used ${FUZZ_USES})
      target_link_libraries(${name} PRIVATE acrida_${used})
    endforeach()
  endforeach()
endfunction()

# The AWS service models, compacted from a pinned botocore (tools/aws_models) and part of the binary. The file is made
# once for all presets, in build/aws-models; -DWEFT_AWS_MODELS=FILE takes one that was made elsewhere.
set(WEFT_AWS_MODELS "" CACHE FILEPATH "compacted AWS service models; made by tools/aws_models when empty")

set(weft_models_file ${WEFT_AWS_MODELS})
if(NOT weft_models_file)
  file(STRINGS ${CMAKE_SOURCE_DIR}/tools/aws_models.txt pin REGEX "^botocore==")
  string(REGEX REPLACE "^botocore==([^ ]+).*$" "\\1" version "${pin}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/aws_models.txt)
  set(weft_models_file ${CMAKE_SOURCE_DIR}/build/aws-models/models-${version}.bin)
  add_custom_command(OUTPUT ${weft_models_file}
    COMMAND ${CMAKE_SOURCE_DIR}/tools/aws_models ${weft_models_file}
    DEPENDS ${CMAKE_SOURCE_DIR}/tools/aws_models ${CMAKE_SOURCE_DIR}/tools/aws_models.txt
    COMMENT "Compacting the AWS service models of botocore ${version}" VERBATIM)
endif()

# A library of its own, so that a test that reads the models links them and no other does.
add_library(weft_service_model_data STATIC ${CMAKE_SOURCE_DIR}/src/server/service_model_data.cpp)
target_include_directories(weft_service_model_data PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(weft_service_model_data PRIVATE WEFT_SERVICE_MODELS="${weft_models_file}")
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/server/service_model_data.cpp PROPERTIES
                            OBJECT_DEPENDS ${weft_models_file})
# Link-time optimisation does not see the symbols of an assembler block.
set_target_properties(weft_service_model_data PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)

# Generates the peer's types of Process OperationsSchedule; OUT/types.cc includes those that message needs.
#   cmake -DXSDCXX=PROGRAM -DSCHEMAS=DIR -DOUT=DIR -P xsd_types.cmake
# The published files include one another in circles, hence a file a type. B2MML-CoreComponents has no namespace of its
# own and is included into two; the compiler then forgets its types, hence a copy that names each.
cmake_minimum_required(VERSION 3.25)
set(NAMESPACE http://www.mesa.org/xml/B2MML)
set(CORE B2MML-CoreComponents.xsd)
file(REMOVE_RECURSE ${OUT})
file(COPY ${SCHEMAS}/ DESTINATION ${OUT}/schemas FILES_MATCHING PATTERN *.xsd)

function(name_core target file)
  file(READ ${SCHEMAS}/${CORE} text)
  string(REPLACE "<xsd:schema " "<xsd:schema targetNamespace=\"${target}\" xmlns=\"${target}\" " text "${text}")
  file(WRITE ${OUT}/schemas/${file} "${text}")
endfunction()
name_core(${NAMESPACE} ${CORE})
name_core(${NAMESPACE}-AllExtensions Extensions-${CORE})
file(READ ${OUT}/schemas/B2MML-CommonExtensions.xsd extensions)
string(REPLACE ${CORE} Extensions-${CORE} extensions "${extensions}")
file(WRITE ${OUT}/schemas/B2MML-CommonExtensions.xsd "${extensions}")

execute_process(COMMAND ${XSDCXX} cxx-tree --std c++11 --file-per-type --fat-type-file --disable-warning D002
    --root-element ProcessOperationsSchedule --output-dir ${OUT}
    --namespace-map ${NAMESPACE}=b2mml_xsd --namespace-map ${NAMESPACE}-AllExtensions=b2mml_xsd_extensions
    ${OUT}/schemas/B2MML-OperationsSchedule.xsd
  COMMAND_ERROR_IS_FATAL ANY)

set(seen)
set(open ProcessOperationsScheduleType)
while(open)
  list(POP_FRONT open type)
  list(APPEND seen ${type})
  file(STRINGS ${OUT}/${type}.hxx of_header REGEX "^#include \"")
  file(STRINGS ${OUT}/${type}.cxx of_source REGEX "^#include \"")
  foreach(line ${of_header} ${of_source})
    string(REGEX REPLACE "#include \"(.*)\\.hxx\"" "\\1" next "${line}")
    if(NOT next IN_LIST seen AND NOT next IN_LIST open)
      list(APPEND open ${next})
    endif()
  endforeach()
endwhile()
list(TRANSFORM seen REPLACE "(.+)" "#include \"\\1.cxx\"\n")
list(JOIN seen "" text)
file(WRITE ${OUT}/types.cc "${text}")

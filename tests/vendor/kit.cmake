# Packs what a MES vendor needs and nothing else into KIT.tar.gz: protos, descriptor set, vendor.md, programs, examples.
# cmake -DSOURCE= -DBIN= -DPROTOC= -DSTRIP= -DKIT= -P kit.cmake
set(root ${KIT}/isa95-vendor-kit)
file(REMOVE_RECURSE ${KIT})
file(MAKE_DIRECTORY ${root}/proto ${root}/bin)
function(must)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(COPY ${SOURCE}/grpc/isa95 DESTINATION ${root}/proto FILES_MATCHING PATTERN *.proto)
file(GLOB_RECURSE protos RELATIVE ${root}/proto ${root}/proto/*.proto)
list(SORT protos)
must(${PROTOC} -I ${root}/proto --include_imports --include_source_info --descriptor_set_out=${root}/isa95.binpb
  ${protos})

foreach(program b2mml-adapter b2mml-erp-sim b2mml-mes-sim b2mml-sim-reconcile)
  file(COPY ${BIN}/${program} DESTINATION ${root}/bin)
  must(${STRIP} ${root}/bin/${program})
endforeach()
file(COPY ${SOURCE}/examples/site.yaml ${SOURCE}/examples/order.xml DESTINATION ${root}/examples)
file(COPY ${SOURCE}/docs/vendor.md ${SOURCE}/NOTICE ${SOURCE}/tests/vendor/first-order.sh ${SOURCE}/tests/vendor/call.sh
  DESTINATION ${root})
file(GLOB requests ${SOURCE}/tests/vendor/json/*.json)
file(COPY ${requests} DESTINATION ${root}/examples)
file(COPY ${SOURCE}/tests/vendor/run.sh ${SOURCE}/tests/vendor/python ${SOURCE}/tests/vendor/typescript
  ${SOURCE}/tests/vendor/java ${SOURCE}/tests/vendor/csharp DESTINATION ${root}/mes
  PATTERN node_modules EXCLUDE PATTERN gen EXCLUDE PATTERN classes EXCLUDE PATTERN out EXCLUDE PATTERN .built EXCLUDE)
must(${CMAKE_COMMAND} -E chdir ${KIT} ${CMAKE_COMMAND} -E tar czf ${KIT}.part isa95-vendor-kit)
file(RENAME ${KIT}.part ${KIT}.tar.gz)

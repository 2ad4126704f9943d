// The peer CodeSynthesis XSD (C++/Tree): the document as the objects its compiler makes of MESA's schemas. Built where
// that compiler and the schemas are; ISA95_XSD_SCHEMAS is then their folder.
#pragma once

#include <benchmark/benchmark.h>

#include <string>

namespace isa95::b2mml {

// Reads `xml`, a Process OperationsSchedule of V0701, validated by the published schemas, which are loaded once before.
void ReadXsd(benchmark::State& state, const std::string& xml);

}  // namespace isa95::b2mml

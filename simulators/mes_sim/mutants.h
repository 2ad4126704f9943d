// Defects of a MES, as switches: each changes what is reported, never what happened. Pure.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "simulators/mes_sim/shift.h"

namespace isa95::mes_sim {

struct Mutant {
  std::string_view id, words;
  std::function<void(const ShiftTerms&, std::vector<ShopReport>&)> change;
};
const std::vector<Mutant>& FactMutants();  // of quality and downtime

// For --help, and whether there is such a defect ("none" is one).
std::string_view MutantsText();
bool IsMutant(std::string_view name);

// What the terms' defect makes of the reports of one order; also the sums, where cumulative quantities are declared.
void Mutate(const ShiftTerms& terms, std::vector<ShopReport>& reports);

// The same of what is reported of quality and downtime, which is numbered again.
void MutateFacts(const ShiftTerms& terms, std::vector<ShopReport>& reports);

}  // namespace isa95::mes_sim

#include "adapter/contracts.h"

#include "adapter/ids.h"
#include "grpc/model/text.h"

namespace isa95::adapter {

std::string HashOf(const contract::v1::SiteContract& contract) {
  auto unsigned_one = contract;
  unsigned_one.clear_signoff();
  return ContentHash(unsigned_one);
}

std::string StampOf(const Terms& terms) {
  return Cat(terms.contract.contract().version(), " ", terms.hash.substr(0, 12));
}

Terms MakeTerms(contract::v1::SiteContract contract) {
  Terms terms;
  terms.hash = HashOf(contract);
  terms.normalizer = std::make_shared<const policy::Normalizer>(contract);
  terms.contract = std::move(contract);
  return terms;
}

Contracts::Contracts(Generation first) { Swap(std::move(first)); }

const Terms* Contracts::Find(std::string_view site) const {
  const auto& generation = Current();
  const auto found = generation.find(site);
  return found == generation.end() ? nullptr : &found->second;
}

void Contracts::Swap(Generation next) {
  std::lock_guard lock(mutex_);
  all_.push_back(std::make_unique<const Generation>(std::move(next)));
  current_.store(all_.back().get(), std::memory_order_release);
}

}  // namespace isa95::adapter

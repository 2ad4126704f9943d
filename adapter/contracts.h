// The contracts this process serves, by site, and their exchange while it runs. A set of them is a generation: it never
// changes, and it stays until this object dies, so that what was begun under it ends under it (they are few and small).
// Threads: safe; reading takes no lock. Ownership: owns all generations. Errors: none. Source: DESIGN §7.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/policy/normalize.h"
#include "isa95/contract/v1/contract.pb.h"

namespace isa95::adapter {

// One site's contract, ready for use.
struct Terms {
  contract::v1::SiteContract contract;
  std::string hash;                                      // sha256, hex; see HashOf
  std::shared_ptr<const policy::Normalizer> normalizer;  // its names and units; never null
};

// Of what the contract says, in canonical form: neither comments nor the order of keys change it, nor does signing it.
std::string HashOf(const contract::v1::SiteContract& contract);
// "7 1a2b3c4d5e6f": version and the hash's beginning, as the ledger and people write it.
std::string StampOf(const Terms& terms);
Terms MakeTerms(contract::v1::SiteContract contract);

class Contracts {
 public:
  using Generation = std::map<std::string, Terms, std::less<>>;  // by site id

  explicit Contracts(Generation first = {});
  Contracts(const Contracts&) = delete;
  Contracts& operator=(const Contracts&) = delete;

  // Null: this site is not served. Valid as long as this object.
  const Terms* Find(std::string_view site) const;
  // All sites of one moment; what it gives is valid as long as this object.
  const Generation& Current() const { return *current_.load(std::memory_order_acquire); }
  void Swap(Generation next);

 private:
  std::mutex mutex_;  // of those who swap
  std::vector<std::unique_ptr<const Generation>> all_;
  std::atomic<const Generation*> current_;
};

}  // namespace isa95::adapter

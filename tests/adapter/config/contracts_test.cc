// Contracts that are exchanged while they are in use.
#include "adapter/contracts.h"

#include <gtest/gtest.h>

#include <thread>

#include "grpc/model/contract.h"
#include "tests/shared.h"

namespace isa95::adapter {
namespace {

contract::v1::SiteContract Example() {
  return LoadContract(std::string(ISA95_SOURCE) + "/examples/site.yaml").contract;
}

Contracts::Generation Version(uint32_t version) {
  auto contract = Example();
  contract.mutable_contract()->set_version(version);
  return {{"LEI", MakeTerms(std::move(contract))}};
}

TEST(Contracts, OldGenerationStays_WhileANewOneIsFound) {
  Contracts contracts(Version(1));
  const Terms& old = *contracts.Find("LEI");
  contracts.Swap(Version(2));
  EXPECT_EQ(old.contract.contract().version(), 1u);
  EXPECT_EQ(contracts.Find("LEI")->contract.contract().version(), 2u);
  EXPECT_EQ(contracts.Find("MUC"), nullptr);
}

TEST(Contracts, ReadersSeeOneGenerationOrTheOther_WhileOthersSwap) {
  Contracts contracts(Version(1));
  std::thread swaps([&] {
    for (uint32_t version = 2; version < 100; ++version) contracts.Swap(Version(version));
  });
  uint32_t last = 0;
  while (last != 99) {
    const auto& terms = *contracts.Find("LEI");
    ASSERT_GE(terms.contract.contract().version(), last);
    ASSERT_EQ(terms.hash, HashOf(terms.contract));
    last = terms.contract.contract().version();
  }
  swaps.join();
}

TEST(ContractHash, IsOfWhatIsSaid_NotOfHowItIsWritten) {
  const std::string file = test::Slurp(std::string(ISA95_SOURCE) + "/examples/site.yaml");
  const auto hash = [](const std::string& yaml) {
    const auto loaded = ParseContract(yaml, "site.yaml");
    EXPECT_FALSE(HasError(loaded.findings));
    return HashOf(loaded.contract);
  };
  const std::string units = "\nunits:\n  KGM: {digits: 3}\n  C62: {digits: 0}\n";
  const std::string turned = "\nunits:\n  C62: {digits: 0}  # pieces\n  KGM: {digits: 3}\n";
  EXPECT_EQ(hash(file + units), hash("# a comment\n" + file + turned));
  EXPECT_EQ(hash(file).size(), 64u);
  EXPECT_NE(hash(file), hash(file + units));
  EXPECT_NE(hash(file + units), hash(file + "\nunits:\n  KGM: {digits: 2}\n  C62: {digits: 0}\n"));
}

TEST(ContractHash, SigningDoesNotChangeWhatWasSigned) {
  auto contract = Example();
  const auto hash = HashOf(contract);
  auto& one = *contract.add_signoff();
  one.set_role("shift lead");
  one.set_contract_hash(hash);
  EXPECT_EQ(HashOf(contract), hash);
}

}  // namespace
}  // namespace isa95::adapter

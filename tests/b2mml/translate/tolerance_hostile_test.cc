// What a stranger may send where everything is allowed: an answer comes soon, and it is a finding.
#include <gtest/gtest.h>

#include <chrono>

#include "grpc/model/text.h"
#include "tests/b2mml/translate/check_fixture.h"
#include "tests/shared.h"

namespace isa95::b2mml {
namespace {

constexpr const char* kNs = "xmlns=\"http://www.mesa.org/xml/B2MML\"";
constexpr std::chrono::seconds kSoon(20);  // on a machine that does much else; each takes far below one

class HostileTolerances : public ContentChecks {
 protected:
  HostileTolerances() {
    auto& dialect = *erp_.mutable_dialect();
    for (int i = 0; i < contract::v1::Dialect::descriptor()->field_count(); ++i) {
      const auto* field = contract::v1::Dialect::descriptor()->field(i);
      if (field->type() == google::protobuf::FieldDescriptor::TYPE_BOOL)
        dialect.GetReflection()->SetBool(&dialect, field, true);
    }
    dialect.set_zoneless_times("Europe/Berlin");
    erp_.mutable_b2mml()->set_write("V0701");
  }
  static std::string Good() { return test::Slurp(std::string(ISA95_SOURCE) + "/examples/order.xml"); }
  static std::string Message() { return Good().substr(Good().find("?>") + 2); }
  static std::string Envelope(const std::string& inner) {
    return Cat("<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\">", inner, "</S:Envelope>");
  }
  static std::string Body(const std::string& inner) { return Cat("<S:Body>", inner, "</S:Body>"); }
  static std::string Repeat(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  }
  std::unique_ptr<Parsed> Read(const std::string& xml) {
    const auto begin = std::chrono::steady_clock::now();
    auto parsed = ParseDocument(xml, versions_, erp_);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
    EXPECT_LE(parsed->findings.size(), 2'000u);
    return parsed;
  }
  void Refuses(const std::string& xml, const std::string& code) {
    const auto parsed = Read(xml);
    const auto* finding = Find(*parsed, code);
    ASSERT_NE(finding, nullptr) << code << ToJson(parsed->findings).substr(0, 2'000);
    EXPECT_EQ(finding->severity(), flow::v1::SEVERITY_ERROR);
    EXPECT_FALSE(finding->mend().empty());
  }
  contract::v1::Erp erp_;
};

TEST_F(HostileTolerances, EnvelopesThatHoldNotOneMessage_AreRefused) {
  Refuses(Envelope(Body(Envelope(Body(Message())))), "SOAP_NESTED");
  Refuses(Envelope(Body(Message() + Message())), "SOAP_NOT_ONE_MESSAGE");
  Refuses(Envelope(Body(Message()) + Body(Message())), "SOAP_NOT_ONE_MESSAGE");
  Refuses(Envelope(Body("")), "SOAP_NOT_ONE_MESSAGE");
  Refuses(Envelope(""), "SOAP_NOT_ONE_MESSAGE");
  Refuses(Envelope(Body("text" + Message())), "SOAP_NOT_ONE_MESSAGE");
  Refuses(Envelope("<S:Header/><S:Header/>" + Body(Message())), "SOAP_NOT_ONE_MESSAGE");
  Refuses(Envelope("<S:Header><a S:mustUnderstand=\"1\"/></S:Header>" + Body(Message())), "SOAP_MUST_UNDERSTAND");
  Refuses(Envelope("<S:Header>" + Repeat("<a>", 500) + Repeat("</a>", 500) + "</S:Header>" + Body(Message())),
          "TOO_DEEP");
  Refuses(Repeat("<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>", 5'000), "SOAP_NESTED");
}

TEST_F(HostileTolerances, DeepNestingInWhatIsPassedOver_IsRefused) {
  const auto deep = [](int levels) {
    return With(Good(), "<Priority>", Repeat("<Deep>", levels) + Repeat("</Deep>", levels) + "<Priority>");
  };
  Refuses(deep(10'000), "TOO_DEEP");
  EXPECT_FALSE(HasError(Read(deep(20))->findings));
  Refuses(Cat("<OperationsSchedule ", kNs, ">", Repeat("<OperationsRequest>", 100'000)), "TOO_DEEP");
}

TEST_F(HostileTolerances, ManyNamespacesAndNames_AreRefused) {
  std::string many, names;
  for (int i = 0; i < 100'000; ++i) {
    many += Cat("<a xmlns=\"urn:", i, "\"/>");
    names += Cat("<N", i, "/>");
  }
  Refuses(With(Good(), "<Priority>", many + "<Priority>"), "TOO_MANY_NAMESPACES");
  Refuses(With(Good(), "<Priority>", names + "<Priority>"), "TOO_MANY_NAMES");
  Refuses(Cat("<a xmlns=\"", std::string(10'000, 'x'), "\"/>"), "NAME_TOO_LONG");
}

TEST_F(HostileTolerances, IdsOfBlanksAreNoIds) {
  Refuses(With(Good(), "<ID>1004711</ID>", "<ID>" + std::string(60'000, ' ') + "</ID>"), "MISSING_ORDER_ID");
  erp_.mutable_dialect()->set_missing_segment_id(false);
  Refuses(With(Good(), "<ID>0010</ID>", "<ID>\t\n </ID>"), "MISSING_SEGMENT_ID");
}

TEST_F(HostileTolerances, ManyUses_AreCountedAndNotNamedEach) {
  const auto parsed = Read(With(Good(), "<Priority>", Repeat("<Odd>1</Odd>", 200'000) + "<Priority>"));
  EXPECT_FALSE(HasError(parsed->findings)) << ToJson(parsed->findings).substr(0, 2'000);
  EXPECT_EQ(parsed->tolerated["unknown_elements"], 200'000u);
  EXPECT_LE(parsed->findings.size(), 110u);
}

TEST_F(HostileTolerances, QuantitiesWithoutEnd_AreAnsweredSoon) {
  const std::string one = "<Quantity><QuantityString>104.5</QuantityString><UnitOfMeasure>KGM</UnitOfMeasure>";
  Refuses(With(Good(), one, Repeat(one + "<Key>Scrap</Key></Quantity>", 100'000) + one), "SEVERAL_QUANTITIES");
  EXPECT_FALSE(HasError(Read(With(Good(), one, Repeat("<Quantity/>", 100'000) + one))->findings));
}

TEST_F(HostileTolerances, WhatIsCutOff_IsRefused) {
  const auto whole = Envelope(Body(Message()));
  for (size_t at = 1; at < whole.size(); at += 97) {
    EXPECT_TRUE(HasError(Read(whole.substr(0, at))->findings)) << at;
  }
}

}  // namespace
}  // namespace isa95::b2mml

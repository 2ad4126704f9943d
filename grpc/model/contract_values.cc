#include "grpc/model/contract_values.h"

#include <algorithm>

#include "grpc/model/contract.h"
#include "grpc/model/contract_checks.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95 {
namespace {

const std::vector<std::string> kVersions = {"V0401", "V0600", "V0701"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// It is part of an HTTP address and of file names.
bool IsSiteId(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || IsDigit(c) || c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), allowed);
}

// "06:00"
bool IsWallTime(std::string_view text) {
  int hour = 0, minute = 0;
  return text.size() == 5 && text[2] == ':' && IsDigit(text[0]) && IsDigit(text[3]) &&
         ToNumber(text.substr(0, 2), hour) && ToNumber(text.substr(3), minute) && hour < 24 && minute < 60;
}

bool IsInstant(std::string_view text) {
  const auto instant = ParseInstant(text);
  return instant.ok() && instant->has_offset_minutes();
}

bool IsDay(std::string_view text) { return text.size() == 10 && IsInstant(Cat(text, "T00:00:00Z")); }

void CheckSite(const contract::v1::SiteContract& c, Checks& checks) {
  checks.Demand(c.contract().version() >= 1, "contract.version", "The contract's version counts from 1.",
                "Write 1 or more.");
  const auto& effective = c.contract().effective();
  checks.Demand(effective.empty() || IsInstant(effective), "contract.effective",
                Cat("'", effective, "' is no time with offset."), "Write it like 2026-12-01T00:00:00Z.");
  const auto& site = c.site();
  checks.Demand(IsSiteId(site.id()), "site.id", Cat("'", site.id(), "' cannot be a site id."),
                "Use letters, digits, '-' and '_', at most 32.");
  checks.Zone("site.time_zone", site.time_zone());
  const auto& starts = site.production_day_starts();
  checks.Demand(starts.empty() || IsWallTime(starts), "site.production_day_starts",
                Cat("'", starts, "' is no time of day."), "Write it in quotation marks, like \"06:00\".");
  checks.OneOfOrNone("site.posting_date", site.posting_date(), {"calendar", "production_day", "erp"});
  checks.SpanOrNone("site.allowed_clock_skew", site.allowed_clock_skew());
}

void CheckDialect(const std::string& at, const contract::v1::Dialect& dialect, Checks& checks) {
  if (!dialect.zoneless_times().empty()) checks.Zone(at + ".zoneless_times", dialect.zoneless_times());
  checks.OneOfOrNone(at + ".namespace_version", dialect.namespace_version(), kVersions);
}

void CheckErp(const contract::v1::Erp& erp, Checks& checks) {
  checks.OneOf("erp.b2mml.write", erp.b2mml().write(), kVersions);
  checks.OneOfOrNone("erp.b2mml.noun", erp.b2mml().noun(), {"operations", "production"});
  checks.OneOfOrNone("erp.port", erp.port(), {"http", "folder"});
  CheckDialect("erp.dialect", erp.dialect(), checks);
}

void CheckMes(const contract::v1::Mes& mes, Checks& checks) {
  checks.OneOf("mes.port", mes.port(), {"grpc", "b2mml-http", "b2mml-folder"});
  const bool b2mml = mes.port() == "b2mml-http" || mes.port() == "b2mml-folder";
  const auto& write = mes.b2mml().write();
  checks.Demand(!b2mml || !write.empty(), "mes.b2mml.write",
                "A MES that speaks B2MML needs the version it is written to in.",
                "Write mes: {b2mml: {write: V0701}}, or V0600, or V0401.");
  checks.OneOfOrNone("mes.b2mml.write", write, kVersions);
  checks.OneOfOrNone("mes.b2mml.noun", mes.b2mml().noun(), {"operations", "production"});
  CheckDialect("mes.dialect", mes.dialect(), checks);
}

void CheckPapers(const contract::v1::SiteContract& c, Checks& checks) {
  for (int i = 0; i < c.signoff_size(); ++i) {
    const auto& one = c.signoff(i);
    const auto at = Cat("signoff[", i, "].");
    checks.Demand(one.date().empty() || IsDay(one.date()), at + "date", Cat("'", one.date(), "' is no date."),
                  "Write it like 2026-11-25.");
    const auto& hash = one.contract_hash();
    const bool hex = hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    checks.Demand(hash.empty() || (hex && hash.size() >= 12 && hash.size() <= 64), at + "contract_hash",
                  Cat("'", hash, "' is no hash of a contract."),
                  "Copy it from what was signed: 12 to 64 of 0-9 and a-f, in quotation marks.");
  }
  checks.SpanOrNone("retention.ledger", c.retention().ledger());
  checks.OneOfOrNone("retention.people", c.retention().people(), {"keep", "pseudonym"});
}

}  // namespace

std::vector<BadValue> CheckContractValues(const contract::v1::SiteContract& contract) {
  Checks checks;
  CheckSite(contract, checks);
  CheckErp(contract.erp(), checks);
  CheckMes(contract.mes(), checks);
  CheckFlows(contract.flows(), checks);
  CheckNaming(contract, checks);
  CheckUnits(contract, checks);
  CheckPapers(contract, checks);
  return checks.Take();
}

std::optional<ExactDecimal> ParsePercent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  auto value = ParseDecimal(Trim(text.substr(0, text.size() - 1)));
  if (!value || IsNegative(*value)) return std::nullopt;
  value->scale += 2;
  return value;
}

}  // namespace isa95

#include "grpc/model/finding.h"

#include "grpc/model/text.h"

namespace isa95 {
namespace {

Finding Make(flow::v1::Severity severity, std::string_view code, std::string_view path, uint64_t line,
             std::string_view message, std::string_view mend, std::string_view who_acts) {
  Finding finding;
  finding.set_code(std::string(code));
  finding.set_severity(severity);
  finding.set_path(std::string(path));
  finding.set_line(line);
  finding.set_message(std::string(message));
  finding.set_mend(std::string(mend));
  finding.set_who_acts(std::string(who_acts));
  return finding;
}

std::string_view SeverityWord(flow::v1::Severity severity) {
  switch (severity) {
    case flow::v1::SEVERITY_ERROR:
      return "error";
    case flow::v1::SEVERITY_WARNING:
      return "warning";
    default:
      return "info";
  }
}

}  // namespace

Finding Error(std::string_view code, std::string_view path, uint64_t line, std::string_view message,
              std::string_view mend, std::string_view who_acts) {
  return Make(flow::v1::SEVERITY_ERROR, code, path, line, message, mend, who_acts);
}

Finding Warning(std::string_view code, std::string_view path, uint64_t line, std::string_view message,
                std::string_view mend, std::string_view who_acts) {
  return Make(flow::v1::SEVERITY_WARNING, code, path, line, message, mend, who_acts);
}

Finding Info(std::string_view code, std::string_view path, uint64_t line, std::string_view message,
             std::string_view mend, std::string_view who_acts) {
  return Make(flow::v1::SEVERITY_INFO, code, path, line, message, mend, who_acts);
}

bool HasError(const Findings& findings) {
  for (const auto& finding : findings) {
    if (finding.severity() == flow::v1::SEVERITY_ERROR) return true;
  }
  return false;
}

std::string ToJson(const Finding& finding) {
  return Cat("{\"code\":", JsonQuoted(finding.code()), ",\"severity\":", JsonQuoted(SeverityWord(finding.severity())),
             ",\"path\":", JsonQuoted(finding.path()), ",\"line\":", finding.line(),
             ",\"message\":", JsonQuoted(finding.message()), ",\"mend\":", JsonQuoted(finding.mend()),
             ",\"who_acts\":", JsonQuoted(finding.who_acts()), "}");
}

std::string ToJson(const Findings& findings) {
  std::string out = "{\"findings\":[";
  for (const auto& finding : findings) {
    if (out.back() != '[') out += ',';
    out += ToJson(finding);
  }
  return out + "]}";
}

std::string ToText(const Finding& finding) {
  std::string out = Cat(SeverityWord(finding.severity()), " ", finding.code());
  if (finding.line() != 0) out += Cat(" line ", finding.line());
  if (!finding.path().empty()) out += Cat(" ", finding.path());
  return Cat(out, "\n  ", finding.message(), "\n  mend: ", finding.mend(), " (", finding.who_acts(), ")\n");
}

}  // namespace isa95

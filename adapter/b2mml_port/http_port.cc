#include "adapter/b2mml_port/http_port.h"

#include <algorithm>

#include "grpc/model/text.h"

namespace isa95::adapter {
namespace {

constexpr uint32_t kMaxWaitSeconds = 60;

http::Response Json(unsigned status, const Findings& findings) {
  return {status, "application/json", ToJson(findings), 0};
}

http::Response Json(unsigned status, Finding finding) { return Json(status, Findings{std::move(finding)}); }

bool IsXml(std::string_view content_type) {
  const std::string type = Lower(Trim(Split(content_type, ';').front()));
  return type.empty() || type == "application/xml" || type == "text/xml" ||
         (type.starts_with("application/") && type.ends_with("+xml"));
}

http::Response ToResponse(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kNotFound) {
    return Json(404,
                Error("UNKNOWN_SITE", "", 0, Words(status), "Post to /b2mml/SITE with the site id of the contract."));
  }
  auto response =
      Json(503, Error("NOT_RECEIVED", "", 0, "The document could not be stored.",
                      "Send the same bytes again; nothing was lost and nothing is doubled.", "site integrator"));
  response.retry_after_seconds = 5;
  return response;
}

http::Response ToResponse(const IntakeResult& result) {
  using Kind = IntakeResult::Kind;
  switch (result.kind) {
    case Kind::kUnreadable:
      return Json(400, result.findings);
    case Kind::kRefused:
      if (result.answer.empty()) return Json(422, result.findings);
      return {422, "application/xml", result.answer, 0};
    case Kind::kConflict:
      return Json(409, Error("DUPLICATE_CONFLICT", "", 0,
                             "The same key was already received with other content; both are kept.",
                             "Send the change under a new order version and a new BODID."));
    case Kind::kAnswered:
      return {200, "application/xml", result.answer, 0};
    case Kind::kReceived:
    case Kind::kTaken:
      break;
  }
  return {202, "", "", 0};
}

}  // namespace

uint32_t WaitSeconds(std::string_view prefer) {
  for (std::string_view part : Split(prefer, ',')) {
    part = Trim(part);
    uint32_t seconds = 0;
    if (part.starts_with("wait=") && ToNumber(part.substr(5), seconds)) {
      return std::min(seconds, kMaxWaitSeconds);
    }
  }
  return 0;
}

HttpPort::HttpPort(Intake& intake, AnswerWorker& worker, MesDelivery& mes, const Contracts& contracts,
                   const ops::Pages& pages)
    : intake_(intake), worker_(worker), mes_(mes), contracts_(contracts), pages_(pages) {}

std::optional<http::Response> HttpPort::PageAt(const http::Request& request) const {
  const bool page = request.target == "/healthz" || request.target == "/readyz" || request.target == "/metrics";
  if (!page) return std::nullopt;
  if (request.method != "GET") return Json(405, Error("METHOD", "", 0, "This is read with GET.", "Use GET."));
  if (request.target == "/healthz") return pages_.Healthz();
  return request.target == "/readyz" ? pages_.Readyz() : pages_.MetricsText();
}

void HttpPort::Handle(http::Request request, http::Reply reply) {
  const std::string target = request.target;
  if (auto page = PageAt(request)) return reply(*std::move(page));
  const bool bare = target == "/b2mml" && contracts_.Current().size() == 1;
  if (!bare && !target.starts_with("/b2mml/")) {
    return reply(Json(404, Error("UNKNOWN_ADDRESS", "", 0, Cat("There is nothing at ", target, "."),
                                 "Post documents to /b2mml/SITE.")));
  }
  if (request.method != "POST") {
    return reply(Json(405, Error("METHOD", "", 0, "Documents are sent with POST.", "Use POST.")));
  }
  if (pages_.draining()) return reply(pages_.Readyz());
  const std::string site = bare ? contracts_.Current().begin()->first : target.substr(7);
  if (site.ends_with("/mes")) return reply(PostOfMes(request, site.substr(0, site.size() - 4)));
  Post(std::move(request), site, std::move(reply));
}

http::Response HttpPort::PostOfMes(const http::Request& request, std::string_view site) {
  const auto contract = contracts_.Find(site);
  if (contract == nullptr) {
    mes_.CountUnknownSite(site);
    return ToResponse(absl::NotFoundError(Cat("this adapter serves no site '", site, "'")));
  }
  if (contract->contract.mes().port() != "b2mml-http")
    return Json(404, Error("UNKNOWN_ADDRESS", "", 0, "The MES of this site does not answer here.",
                           "Answer where the contract's mes.port says.", "MES vendor"));
  const auto findings = mes_.Receive(contract->contract, request.body);
  if (findings.empty()) return {202, "", "", 0};
  auto response = Json(findings.front().code() == "NOT_RECEIVED" ? 503 : 422, findings);
  if (response.status == 503) response.retry_after_seconds = 5;
  return response;
}

void HttpPort::Post(http::Request request, std::string_view site, http::Reply reply) {
  if (!IsXml(request.content_type)) {
    return reply(
        Json(415, Error("NOT_XML_CONTENT_TYPE", "", 0, Cat("Content-Type '", request.content_type, "' is not XML."),
                        "Send Content-Type: application/xml.")));
  }
  const auto result = intake_.Receive(site, "http", std::move(request.body));
  if (result.status().code() == absl::StatusCode::kNotFound) mes_.CountUnknownSite(site);
  if (!result.ok()) return reply(ToResponse(result.status()));
  const uint32_t wait = WaitSeconds(request.prefer);
  if (wait == 0 || !result->answer_follows || result->kind != IntakeResult::Kind::kReceived) {
    return reply(ToResponse(*result));
  }
  worker_.WaitFor(result->document_id, int64_t{wait} * 1000, [reply = std::move(reply)](std::string answer) {
    reply(answer.empty() ? http::Response{202, "", "", 0}
                         : http::Response{200, "application/xml", std::move(answer), 0});
  });
}

}  // namespace isa95::adapter

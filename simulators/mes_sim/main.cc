// b2mml-mes-sim: plays the MES over gRPC, or as one that speaks B2MML. Takes orders, decides each once, keeps its own
// record; survives restarts of both sides.
#include <iostream>

#include "grpc/model/text.h"
#include "simulators/common/options.h"
#include "simulators/common/stop_signals.h"
#include "simulators/mes_sim/b2mml_mes.h"
#include "simulators/mes_sim/control.h"
#include "simulators/mes_sim/mes.h"
#include "simulators/mes_sim/mutants.h"
#include "simulators/mes_sim/noise.h"
#include "simulators/mes_sim/reporter.h"

namespace isa95::mes_sim {
namespace {

namespace po = boost::program_options;

po::options_description Describe(Options& o) {
  po::options_description d("Options");
  d.add_options()("help,h", po::bool_switch(&o.help), "this text")("version", po::bool_switch(&o.version),
                                                                   "the version")(
      "adapter", po::value(&o.adapter), "HOST:PORT of the adapter's gRPC port")("site", po::value(&o.site), "site id")(
      "record", po::value(&o.record), "append-only record, JSON lines")("mode", po::value(&o.mode), "stream or fetch")(
      "reject", po::value(&o.reject)->composing(), "ORDER=CODE[:text]; ORDER may end in *; may repeat")(
      "reject-every", po::value(&o.reject_every), "reject about one in N")(
      "decide-after-ms", po::value(&o.decide_after_ms), "think so long about each")(
      "expect", po::value(&o.expect), "end when so many orders are decided")(
      "timeout", po::value(&o.timeout_s), "seconds; exit 1 when --expect is not reached")(
      "seed", po::value(&o.seed), "of what is left to chance")("scenario", po::value(&o.scenario),
                                                               "YAML file with these options")(
      "listen", po::value(&o.listen), "HOST:PORT: speak B2MML over HTTP instead of gRPC")(
      "folder", po::value(&o.folder), "speak B2MML by the adapter's folder ROOT/SITE/mes instead of gRPC")(
      "control", po::value(&o.control), "HOST:PORT of the control service, by which a test brings it to act")(
      "report", po::bool_switch(&o.report), "report a shift for each accepted order")(
      "quality-downtime", po::bool_switch(&o.quality_downtime),
      "with --report: also the line's stops, and the lot's tests, hold and release")(
      "noise", po::value(&o.noise),
      "with --report: how much comes on top of what is reported, such as 1 or 10; 0 = nothing")(
      "report-after-ms", po::value(&o.report_after_ms), "when the order has been left alone for so long")(
      "report-batch", po::value(&o.report_batch), "send up to N reports of an order in one call")(
      "reporting", po::value(&o.reporting), "delta or cumulative: what the quantities reported mean")(
      "backflush", po::value(&o.backflush)->composing(), "a material that the ERP issues by itself; may repeat")(
      "utc-offset", po::value(&o.utc_offset), "of the plant's clock, in minutes")(
      "adapter-url", po::value(&o.adapter_url), "where a MES with --listen posts its reports: .../b2mml/SITE/mes")(
      "b2mml-version", po::value(&o.b2mml_version), "of its reports: V0701, V0600 or V0401")(
      "noun", po::value(&o.noun), "of its reports in V0600: operations or production")(
      "logical-id", po::value(&o.logical_id), "Sender of its reports; else MES-SITE")(
      "until-settled", po::bool_switch(&o.until_settled),
      "end when each report is posted or parked, and --expect is reached")(
      "mutant", po::value(&o.mutant), std::string(MutantsText()).c_str())("format", po::value(&o.format),
                                                                          "text or json");
  return d;
}

// Empty = they go together.
std::string FaultOf(const Options& options) {
  if (options.site.empty() || options.record.empty()) return "--site and --record are needed";
  if (options.mode != "stream" && options.mode != "fetch") return "--mode is stream or fetch";
  if (options.reporting != "delta" && options.reporting != "cumulative") return "--reporting is delta or cumulative";
  if (!IsMutant(options.mutant)) return "--mutant names no defect it can have";
  if (!options.report &&
      (options.until_settled || options.mutant != "none" || options.noise > 0 || options.quality_downtime))
    return "--until-settled, --mutant, --noise and --quality-downtime need --report";
  if (options.listen.empty() && options.folder.empty()) return {};
  if (options.until_settled) return "--until-settled is for a MES that speaks gRPC";
  if (options.report && options.adapter_url.empty() && options.folder.empty())
    return "--report by HTTP needs --adapter-url";
  return {};
}

constexpr char kNoSite[] = "NOWHERE";  // that the adapter serves

// The same MES, but with another site's address.
Options ElsewhereOf(const Options& options) {
  Options other = options;
  const auto at = other.adapter_url.find("/" + options.site + "/");
  if (at == std::string::npos) other.adapter_url.clear();
  if (at != std::string::npos) other.adapter_url.replace(at + 1, options.site.size(), kNoSite);
  return other;
}

int RunOverGrpc(const Options& options, sim::Record& record, OrderBook& book,
                const std::vector<sim::RecordLine>& past) {
  if (!options.report) return Mes(options, record, book, nullptr, past).Run();
  const auto quiet = MakeGrpcChannel(options.adapter, options.site);
  const auto elsewhere = MakeGrpcChannel(options.adapter, kNoSite);
  NoisyChannel noisy(*quiet, elsewhere.get(), options, record);
  Reporter reporter(options, record, book, options.noise > 0 ? static_cast<ReportChannel&>(noisy) : *quiet, past);
  Mes mes(options, record, book, &reporter, past);
  reporter.Start();
  return mes.Run();
}

int RunOverB2mml(const Options& options, sim::Record& record, OrderBook& book,
                 const std::vector<sim::RecordLine>& past) {
  b2mml::XmlRuntime xml;
  const auto versions = b2mml::Versions::BuiltIn();
  const auto* version = versions.ok() ? versions->by_name(options.b2mml_version) : nullptr;
  if (version == nullptr) return std::cerr << "b2mml-mes-sim: the B2MML version cannot be used\n", 2;
  const auto quiet = MakeB2mmlChannel(options, *version);
  const auto other = ElsewhereOf(options);
  const auto elsewhere = other.adapter_url.empty() ? nullptr : MakeB2mmlChannel(other, *version);
  NoisyChannel noisy(*quiet, elsewhere.get(), options, record);
  std::unique_ptr<Reporter> reporter;
  if (options.report)
    reporter = std::make_unique<Reporter>(options, record, book,
                                          options.noise > 0 ? static_cast<ReportChannel&>(noisy) : *quiet, past);
  B2mmlMes mes(options, record, book, *versions, reporter.get(), past);
  if (reporter != nullptr) reporter->Start();
  return options.listen.empty() ? mes.ServeFolder() : mes.ServeHttp();
}

int Main(int argc, char** argv) {
  Options options;
  const auto description = Describe(options);
  const auto status = sim::ReadOptions(argc, argv, description);
  if (options.help) {
    std::cout << "b2mml-mes-sim: a MES that takes orders and accepts or rejects them.\n\n"
              << description
              << "\nExample:\n  b2mml-mes-sim --adapter 127.0.0.1:50051 --site LEI --record mes.jsonl --reject "
                 "'1004711=UNKNOWN_MATERIAL:no such component'\nReporting a shift for each:\n  b2mml-mes-sim --adapter "
                 "127.0.0.1:50051 --site LEI --record mes.jsonl --report --expect 20 --until-settled\n";
    return 0;
  }
  if (options.version) return std::cout << "b2mml-mes-sim 0.1.0\n", 0;
  const std::string fault = status.ok() ? FaultOf(options) : Words(status);
  if (!fault.empty()) return std::cerr << "b2mml-mes-sim: " << fault << "; see --help\n", 2;
  if (options.logical_id.empty()) options.logical_id = "MES-" + options.site;
  const auto past = sim::ReadRecord(options.record);
  auto record = sim::Record::Open(options.record);
  if (!past.ok() || !record.ok()) return std::cerr << "b2mml-mes-sim: the record cannot be used\n", 2;
  if (!options.listen.empty() || !options.folder.empty()) sim::BlockStopSignals();  // before there are threads
  OrderBook book(**record);
  std::unique_ptr<sim::ControlServer> control;
  if (!options.control.empty()) {
    control = ServeControl(options.control, book);
    if (control == nullptr) return std::cerr << "b2mml-mes-sim: --control cannot be listened on\n", 2;
  }
  if (options.listen.empty() && options.folder.empty()) return RunOverGrpc(options, **record, book, *past);
  return RunOverB2mml(options, **record, book, *past);
}

}  // namespace
}  // namespace isa95::mes_sim

int main(int argc, char** argv) { return isa95::mes_sim::Main(argc, argv); }

#include "simulators/erp_sim/options.h"

#include <algorithm>
#include <array>

#include "grpc/model/contract.h"
#include "grpc/model/text.h"

namespace isa95::erp_sim {
namespace {

namespace po = boost::program_options;

constexpr char kMutants[] =
    "a defect to have: M25 posts to a closed step or order, M26 reads a tolerance in percent as pieces, M30 counts by "
    "order of arrival, M36 posts at the date of receipt, M50 issues from a blocked lot, M55 accepts without booking, "
    "M57 posts a lot on hold as unrestricted";

bool IsMutant(const std::string& name) {
  constexpr std::array<const char*, 8> kNames = {"none", "M25", "M26", "M30", "M36", "M50", "M55", "M57"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

po::options_description Describe(Options& o) {
  po::options_description d("Options");
  d.add_options()("help,h", po::bool_switch(&o.help), "this text")(
      "version", po::bool_switch(&o.show_version), "the version")("adapter-url", po::value(&o.adapter_url),
                                                                  "where orders are posted")(
      "folder", po::value(&o.folder), "the adapter's folder ROOT/SITE instead of --adapter-url")(
      "listen", po::value(&o.listen), "HOST:PORT for answers; port 0 = any")("record", po::value(&o.record),
                                                                             "append-only record, JSON lines")(
      "orders", po::value(&o.orders), "how many to release")("versions-per-order", po::value(&o.versions),
                                                             "versions of each, one after the other")(
      "change-every", po::value(&o.change_every), "change each Nth order after its release")(
      "hold-every", po::value(&o.hold_every), "hold each Nth order, then resume it")(
      "cancel-every", po::value(&o.cancel_every), "cancel each Nth order at last")(
      "noun", po::value(&o.noun), "operations or production, in V0600")(
      "seed", po::value(&o.seed), "decides all content")("prefix", po::value(&o.prefix), "of order ids")(
      "b2mml-version", po::value(&o.version), "V0701, V0600 or V0401")("logical-id", po::value(&o.logical_id),
                                                                       "the ERP's own name")(
      "resend-every", po::value(&o.resend_every), "send each Nth twice")("broken", po::value(&o.broken),
                                                                         "add N orders with the quantity 1,5")(
      "parallel", po::value(&o.parallel), "senders")("file", po::value(&o.files)->composing()->multitoken(),
                                                     "send these files as they are")(
      "until-answered", po::bool_switch(&o.until_answered), "end when every order has its answer")(
      "serve", po::bool_switch(&o.serve), "take answers, and act as --control is told, until stopped")(
      "control", po::value(&o.control),
      "with --serve: HOST:PORT of the control service, by which a test brings it to act")(
      "timeout", po::value(&o.timeout_s), "seconds for all of it, 1 is the exit code then; with --serve for one act")(
      "lock-every", po::value(&o.desk.posting.lock_every), "refuse each Nth report once: ORDER_LOCKED")(
      "period-closed-every", po::value(&o.desk.posting.period_closed_every),
      "refuse each Nth report: PERIOD_CLOSED, until it comes with another posting date")(
      "pending-every", po::value(&o.desk.posting.pending_every),
      "of each Nth report the goods movement waits: GOODS_MOVEMENT_PENDING, told again when it came through")(
      "pending-ms", po::value(&o.desk.pending_ms), "until it comes through")(
      "lose-answer-every", po::value(&o.desk.lose_answer_every), "by HTTP: book each Nth report, then answer 503")(
      "over", po::value(&o.desk.posting.over), "over-delivery allowed, such as 5%; else any")(
      "blocked-lot", po::value(&o.blocked_lots)->composing(), "refuse issues from this lot; may repeat")(
      "scenario", po::value(&o.scenario), "YAML file with these options")(
      "mutant", po::value(&o.desk.posting.mutant), kMutants)("format", po::value(&o.format), "text or json");
  return d;
}

std::string FaultOf(const Options& options) {
  const bool sends = options.orders + options.broken > 0 || !options.files.empty() || !options.control.empty();
  if (options.record.empty()) return "--record is needed";
  if (sends && options.adapter_url.empty() && options.folder.empty())
    return "--adapter-url or --folder is needed to send";
  if (options.serve && options.listen.empty() && options.folder.empty())
    return "--listen or --folder is needed to serve";
  if (!options.control.empty() && !options.serve) return "--control needs --serve";
  if (!IsMutant(options.desk.posting.mutant)) return Cat("--mutant is none or ", kMutants);
  const auto& over = options.desk.posting.over;
  if (!over.empty() && !ParsePercent(over)) return "--over is a percentage, such as 5%";
  if (!options.noun.empty() && options.noun != "operations" && options.noun != "production")
    return "--noun is operations or production";
  return {};
}

}  // namespace isa95::erp_sim

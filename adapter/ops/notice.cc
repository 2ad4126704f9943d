#include "adapter/ops/notice.h"

#include <algorithm>

#include "adapter/ops/log.h"
#include "grpc/model/instant.h"
#include "grpc/model/text.h"

namespace isa95::adapter::ops {
namespace {

constexpr size_t kMaxText = 2'000;  // bytes

std::string At(int64_t ms) { return FormatInstant(InstantOf(ms)); }

// As one word of a shell's: an id is the sender's, and people paste commands.
std::string ShellWord(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:=@,+").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out + "'";
}

std::string TraceOf(const std::string& order, const Places& places) {
  if (order.empty()) return {};
  return Cat("b2mml-adapter trace --order ", ShellWord(order), " --ledger ", ShellWord(places.ledger),
             places.site_file.empty() ? std::string() : Cat(" --site ", ShellWord(places.site_file)));
}

std::string Who(const Party& party) {
  return party.contact.empty() ? party.role : Cat(party.role, " (", party.contact, ")");
}

std::string WhatStands(const Notice& notice) {
  const auto& items = notice.items;
  if (notice.why == Told::kOver) return Cat("it is over; it stood since ", At(notice.since_ms));
  if (notice.cause == kSilent) return Cat("nothing came since ", At(notice.since_ms));
  return Cat(items.count, items.count == 1 ? " item" : " items", notice.cause == kParked ? " parked" : " waiting",
             ", the first since ", At(notice.since_ms));
}

class Members {
 public:
  Members& Text(const char* name, std::string_view text) {
    Name(name);
    AppendJson(out_, text, kMaxText);
    return *this;
  }
  Members& Raw(const char* name, std::string_view json) {
    Name(name);
    out_ += json;
    return *this;
  }
  std::string Take() { return std::move(out_); }

 private:
  void Name(const char* name) { out_ += Cat(out_.empty() ? "\"" : ",\"", name, "\":"); }
  std::string out_;
};

std::string PartyJson(const Party& party) {
  return Cat("{", Members().Text("role", party.role).Text("contact", party.contact).Take(), "}");
}

const char* StateOf(Told why) {
  switch (why) {
    case Told::kFirst:
      return "begun";
    case Told::kStep:
      return "escalated";
    case Told::kAgain:
      return "repeated";
    default:
      return "over";
  }
}

}  // namespace

NextStep NextOf(const Notice& notice, const Places& places) {
  if (notice.why == Told::kOver) return {"Nothing: it is over.", {}};
  const bool orders = notice.flow == "production_order";
  if (notice.cause == kSilent) {
    return {orders
                ? "Ask at the ERP whether orders were to come, and whether they leave it; the adapter waits for them."
                : "Ask on the floor whether work was to be reported, and whether the MES reaches the adapter.",
            Cat("b2mml-adapter audit --ledger ", ShellWord(places.ledger))};
  }
  const auto trace = TraceOf(notice.items.order, places);
  if (notice.cause == kParked) {
    return {
        "Read the reason. Take the report back with a reversal in the MES and report it anew, corrected; then go on "
        "with the next one.",
        trace};
  }
  return {
      orders ? "See what it waits for: the MES takes and decides orders, the ERP takes answers; make sure both are "
               "reached."
             : "See what it waits for: its turn behind a parked or missing report of its order, or the ERP; mend that.",
      trace};
}

std::string TextOf(const Notice& notice, const NextStep& next) {
  std::string out = Cat("Site ", notice.site, ", ", notice.flow, ", ", notice.cause, ": ", WhatStands(notice), ".\n");
  if (!notice.items.key.empty()) {
    out += Cat("First: ", notice.items.key,
               notice.items.order.empty() || notice.items.order == notice.items.key
                   ? std::string()
                   : Cat(" of order ", notice.items.order));
    if (!notice.items.reason_code.empty()) out += Cat(", ", notice.items.reason_code);
    out += notice.items.reason.empty() ? ".\n" : Cat(": ", notice.items.reason, "\n");
  }
  out += Cat("Owner: ", Who(notice.owner), ". Told now: ", Who(notice.to), ".\n");
  out += Cat("Next: ", next.words, "\n");
  if (!next.command.empty()) out += Cat("  ", next.command, "\n");
  return out;
}

std::string MembersOf(const Notice& notice, const NextStep& next) {
  std::string heard;
  for (const auto& party : notice.heard) heard += Cat(heard.empty() ? "" : ",", PartyJson(party));
  Members members;
  members.Text("schema", "isa95.notice/1").Text("site", notice.site).Text("flow", notice.flow);
  members.Text("cause", notice.cause).Text("state", StateOf(notice.why)).Raw("level", Cat(notice.level));
  members.Text("at", At(notice.at_ms)).Text("since", At(notice.since_ms)).Raw("items", Cat(notice.items.count));
  members.Raw("to", PartyJson(notice.to)).Raw("owner", PartyJson(notice.owner));
  if (!notice.heard.empty()) members.Raw("heard", Cat("[", heard, "]"));
  if (!notice.items.key.empty()) {
    members.Raw("first", Cat("{",
                             Members()
                                 .Text("key", notice.items.key)
                                 .Text("order", notice.items.order)
                                 .Text("reason_code", notice.items.reason_code)
                                 .Text("reason", notice.items.reason)
                                 .Take(),
                             "}"));
  }
  return members.Text("next", next.words).Text("command", next.command).Take();
}

std::string JsonOf(uint64_t id, std::string_view members) { return Cat("{\"id\":", id, ",", members, "}"); }

}  // namespace isa95::adapter::ops

#include "adapter/ops/health.h"

#include "grpc/model/text.h"

namespace isa95::adapter::ops {

Findings Health::NotAlive() const {
  const auto status = ledger_();
  if (status.ok()) return {};
  return {Error("LEDGER_FAILED", "", 0, Words(status),
                "Look after the disk of the ledger (space, errors in the kernel's log), then start the adapter again; "
                "nothing that was answered is lost.",
                "site integrator")};
}

Findings Health::NotReady() const {
  if (draining_)
    return {Error("STOPPING", "", 0, "The adapter is stopping and finishes what is under way.",
                  "Send again once it has started anew; senders repeat what was not answered.", "site integrator")};
  if (!ready_)
    return {Error("STARTING", "", 0, "The adapter is starting: not all of its ports listen yet.",
                  "Wait some seconds; if it stays so, the log says what it waits for.", "site integrator")};
  return NotAlive();
}

}  // namespace isa95::adapter::ops

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/StringPool.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "b2mml/xerces.h"
#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using xercesc::XMLUni;

constexpr XMLSize_t kMaxStrangeStrings = 1'000;  // in a pool: 2 MiB of the longest namespaces
constexpr size_t kMaxNamesKept = 2'000;  // by a worker; the three versions' orders and reports have some hundreds

XMLSize_t Strings(ProfileSchema::Grammars& grammars) { return grammars.pool.getURIStringPool()->getStringCount(); }

absl::Status LoadTexts(const std::vector<std::string>& xsd_texts, xercesc::XMLGrammarPool& pool) {
  auto reader = MakeSafeReader(&pool);
  reader->setFeature(XMLUni::fgXercesSchemaFullChecking, true);
  SchemaErrors errors;
  reader->setErrorHandler(&errors);
  for (const auto& text : xsd_texts) {
    const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()), text.size(), "profile");
    const auto* grammar = reader->loadGrammar(source, xercesc::Grammar::SchemaGrammarType, true);
    if (!errors.first.empty()) return absl::InternalError(Cat("the profile schema is wrong: ", errors.first));
    if (grammar == nullptr) return absl::InternalError("the profile schema was not loaded");
  }
  return absl::OkStatus();
}

}  // namespace

ProfileSchema::ProfileSchema(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ProfileSchema::~ProfileSchema() = default;

absl::StatusOr<std::unique_ptr<ProfileSchema>> ProfileSchema::Make(Load load) {
  auto grammars = Impl::LoadOnce(load);
  if (!grammars.ok()) return grammars.status();
  return std::unique_ptr<ProfileSchema>(
      new ProfileSchema(std::make_unique<Impl>(std::move(load), *std::move(grammars))));
}

absl::StatusOr<std::unique_ptr<ProfileSchema>> ProfileSchema::Compile(const std::vector<std::string>& xsd_texts) {
  return Make([xsd_texts](Grammars& grammars) { return LoadTexts(xsd_texts, grammars.pool); });
}

Worker::Worker(std::shared_ptr<ProfileSchema::Grammars> of)
    : grammars(std::move(of)), reader(MakeSafeReader(grammars == nullptr ? nullptr : &grammars->pool)) {
  reader->setContentHandler(&handler);
  reader->setLexicalHandler(&handler);
  reader->setErrorHandler(&handler);
}

absl::StatusOr<std::shared_ptr<ProfileSchema::Grammars>> ProfileSchema::Impl::LoadOnce(const Load& load) {
  try {
    auto grammars = std::make_shared<Grammars>();
    if (auto status = load(*grammars); !status.ok()) return status;
    grammars->pool.lockPool();
    grammars->strings = Strings(*grammars);
    return grammars;
  } catch (const xercesc::XMLException& e) {
    return absl::InternalError(Cat("the schema cannot be loaded: ", Utf8(e.getMessage())));
  } catch (const xercesc::SAXException& e) {
    return absl::InternalError(Cat("the schema cannot be loaded: ", Utf8(e.getMessage())));
  } catch (const xercesc::OutOfMemoryException&) {
    return absl::ResourceExhaustedError("there is not enough memory for the schema");
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("there is not enough memory for the schema");
  }
}

std::shared_ptr<ProfileSchema::Grammars> ProfileSchema::Impl::grammars() const {
  std::lock_guard lock(mutex_);
  return grammars_;
}

std::unique_ptr<Worker> ProfileSchema::Impl::Borrow() const {
  if (BeginRenewal()) Renew();
  std::shared_ptr<Grammars> current;
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto worker = std::move(idle_.back());
      idle_.pop_back();
      return worker;
    }
    current = grammars_;
  }
  return std::make_unique<Worker>(std::move(current));
}

void ProfileSchema::Impl::GiveBack(std::unique_ptr<Worker> worker) const {
  if (worker->handler.NamesKept() > kMaxNamesKept) return;
  std::lock_guard lock(mutex_);
  if (worker->grammars == grammars_) idle_.push_back(std::move(worker));
}

// True for the one thread that is to load; the others read on with what is there.
bool ProfileSchema::Impl::BeginRenewal() const {
  std::lock_guard lock(mutex_);
  if (renewing_ || Strings(*grammars_) - grammars_->strings <= kMaxStrangeStrings) return false;
  return renewing_ = true;
}

void ProfileSchema::Impl::Renew() const {
  auto fresh = LoadOnce(load_);
  std::vector<std::unique_ptr<Worker>> old;  // ends after the lock
  std::lock_guard lock(mutex_);
  renewing_ = false;
  if (fresh.ok()) {
    grammars_.swap(*fresh);
    idle_.swap(old);
  } else {
    grammars_->strings = Strings(*grammars_);  // the old ones serve on, until as much has come again
  }
}

}  // namespace isa95::b2mml

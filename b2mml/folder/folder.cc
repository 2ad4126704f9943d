#include "b2mml/folder/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <set>

#include "grpc/model/text.h"

namespace isa95::folder {
namespace {

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

absl::Status Failed(std::string_view what, const std::string& name) {
  return absl::UnavailableError(Cat("cannot ", what, " ", name, ": ", std::strerror(errno)));
}

absl::StatusOr<int> OpenDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0770) != 0 && errno != EEXIST) return Failed("make the folder", path);
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return Failed("open the folder", path);
  return directory;
}

int64_t ChangedNs(const struct stat& file) {
  return static_cast<int64_t>(file.st_mtim.tv_sec) * 1'000'000'000 + file.st_mtim.tv_nsec;
}

int64_t AgeMs(const struct stat& file) {
  using namespace std::chrono;
  const int64_t now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  return (now - ChangedNs(file)) / 1'000'000;
}

bool InProgress(std::string_view name) {
  return name.starts_with('.') || name.ends_with(".tmp") || name.ends_with(".part");
}

bool ReadAll(int descriptor, uint64_t size, std::string& bytes) {
  bytes.resize(size);
  size_t have = 0;
  while (have < size) {
    const ssize_t got = read(descriptor, bytes.data() + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    have += static_cast<size_t>(got);
  }
  return true;
}

bool WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return fsync(descriptor) == 0;
}

absl::Status WriteFile(int directory, const std::string& name, std::string_view bytes) {
  const std::string draft = Cat(".", name, ".tmp");
  const Descriptor file(openat(directory, draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0660));
  if (file.get() < 0 || !WriteAll(file.get(), bytes)) return Failed("write", name);
  if (renameat(directory, draft.c_str(), directory, name.c_str()) != 0 || fsync(directory) != 0)
    return Failed("write", name);
  return absl::OkStatus();
}

Finding NotReadable(std::string_view code, std::string_view words, std::string_view mend) {
  return Error(code, "", 0, words, mend);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Folder>> Folder::Open(const std::string& root, const Options& options) {
  if (mkdir(root.c_str(), 0770) != 0 && errno != EEXIST) return Failed("make the folder", root);
  int opened[4] = {-1, -1, -1, -1};
  for (int i = 0; i < 4; ++i) {
    const auto directory = OpenDirectory(Cat(root, "/", options.names[i]));
    if (!directory.ok()) {
      for (int k = 0; k < i; ++k) close(opened[k]);
      return directory.status();
    }
    opened[i] = *directory;
  }
  return std::unique_ptr<Folder>(new Folder(options, opened[0], opened[1], opened[2], opened[3]));
}

Folder::~Folder() {
  for (const int directory : {in_, out_, done_, error_}) close(directory);
}

absl::StatusOr<std::vector<Folder::Entry>> Folder::List() const {
  DIR* stream = fdopendir(openat(in_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (stream == nullptr) return Failed("list the folder", "in");
  std::vector<Entry> entries;
  while (const dirent* entry = readdir(stream)) {
    struct stat file {};
    if (InProgress(entry->d_name) || fstatat(in_, entry->d_name, &file, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISDIR(file.st_mode)) entries.push_back({entry->d_name, ChangedNs(file)});
  }
  closedir(stream);
  std::sort(entries.begin(), entries.end(), [](const Entry& left, const Entry& right) {
    return std::tie(left.changed_ns, left.name) < std::tie(right.changed_ns, right.name);
  });
  return entries;
}

absl::StatusOr<std::vector<Picked>> Folder::Scan(int64_t now_ms) {
  const auto entries = List();
  if (!entries.ok()) return entries.status();
  std::set<std::string> there;
  std::vector<Picked> picked;
  for (const auto& entry : *entries) {
    there.insert(entry.name);
    if (picked.size() >= options_.max_files) continue;
    Picked file;
    if (Pick(entry.name, now_ms, file)) picked.push_back(std::move(file));
  }
  std::erase_if(seen_, [&](const auto& known) { return !there.contains(known.first); });
  return picked;
}

bool Folder::HasSettled(const std::string& name, const Seen& seen) {
  const auto [known, fresh] = seen_.try_emplace(name, seen);
  if (fresh) return options_.settle_ms == 0;
  auto& before = known->second;
  const bool same = before.size == seen.size && before.inode == seen.inode && before.changed_ns == seen.changed_ns;
  if (!same) before = seen;
  return same && seen.since_ms - before.since_ms >= options_.settle_ms;
}

bool Folder::Pick(const std::string& name, int64_t now_ms, Picked& file) {
  file.name = name;
  const Descriptor opened(openat(in_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat before {};
  if (opened.get() < 0) {
    if (errno != ELOOP || fstatat(in_, name.c_str(), &before, AT_SYMLINK_NOFOLLOW) != 0) return false;
    file.device = before.st_dev;
    file.inode = before.st_ino;
    file.refusal = {NotReadable("LINK_REFUSED", "The file is a link; what it points to was not read.",
                                "Put the message itself into the folder.")};
    return true;
  }
  if (fstat(opened.get(), &before) != 0) return false;
  file.device = before.st_dev;
  file.inode = before.st_ino;
  file.age_ms = AgeMs(before);
  const auto size = static_cast<uint64_t>(before.st_size);
  if (!S_ISREG(before.st_mode)) {
    file.refusal = {
        NotReadable("NOT_A_FILE", "This is no ordinary file.", "Put the message into the folder as a file.")};
  } else if (before.st_nlink > 1) {
    file.refusal = {NotReadable("LINK_REFUSED", "The file has another name elsewhere, so it may change at any time.",
                                "Put a copy of the message into the folder.")};
  } else if (size > options_.max_bytes) {
    file.refusal = {NotReadable("TOO_LARGE", Cat("The file has ", size, " bytes, more than ", options_.max_bytes, "."),
                                "Send fewer orders in one document.")};
  }
  if (!file.refusal.empty()) return true;
  if (!HasSettled(name, {size, before.st_ino, ChangedNs(before), now_ms})) return false;
  struct stat after {};
  return ReadAll(opened.get(), size, file.bytes) && fstat(opened.get(), &after) == 0 &&
         after.st_size == before.st_size && ChangedNs(after) == ChangedNs(before);
}

absl::StatusOr<std::string> Folder::Move(const Picked& file, int to) {
  seen_.erase(file.name);
  struct stat now {};
  if (fstatat(in_, file.name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) return std::string();  // taken away meanwhile
  if (now.st_dev != file.device || now.st_ino != file.inode) return std::string();            // another one by now
  for (int i = 1; i < 10'000; ++i) {
    const std::string name = i == 1 ? file.name : Cat(file.name, ".", i);
    if (renameat2(in_, file.name.c_str(), to, name.c_str(), RENAME_NOREPLACE) == 0) return name;
    if (errno == ENOENT) return std::string();
    if (errno != EEXIST) return Failed("move", file.name);
  }
  return absl::ResourceExhaustedError(Cat("too many files are called ", file.name));
}

absl::Status Folder::MoveToDone(const Picked& file) { return Move(file, done_).status(); }

absl::Status Folder::MoveToError(const Picked& file, std::string_view reason) {
  const auto name = Move(file, error_);
  if (!name.ok()) return name.status();
  return WriteFile(error_, Cat(name->empty() ? file.name : *name, ".reason.txt"), reason);
}

absl::Status Folder::WriteOut(const std::string& name, std::string_view bytes) { return WriteFile(out_, name, bytes); }

}  // namespace isa95::folder

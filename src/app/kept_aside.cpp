// SPDX-License-Identifier: MIT
#include "app/kept_aside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string_view>
#include <utility>

#include "sniperforge/analytics/store.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// One file that cuts are added to. One of this size gets a number, and goes as the others do.
constexpr std::string_view kCut = "journal.sfj.cut";
constexpr std::uint64_t kCutBytesMax = std::uint64_t{1} << 20U;
constexpr std::string_view kDirectory = "set-aside-";
constexpr std::string_view kDamagedStore = "trades.sqlite.damaged-";
// A number follows, and behind a store's SQLite's own endings.
constexpr std::array<std::string_view, 4> kKinds = {"journal.sfj.cut-", kDamagedStore,
                                                    "intents.ring.gap-", kDirectory};
constexpr std::array<std::string_view, 2> kBesides = {"-wal", "-shm"};

// The name without an ending of SQLite's: what belongs together.
[[nodiscard]] std::string_view stem_of(std::string_view name) {
    for (const std::string_view ending : kBesides) {
        if (name.ends_with(ending)) {
            name.remove_suffix(ending.size());
        }
    }
    return name;
}

// Empty: it is none of ours.
[[nodiscard]] std::string_view kind_of(std::string_view name) {
    if (name == kCut) {
        return kCut;
    }
    for (const std::string_view kind : kKinds) {
        const std::string_view number =
            name.starts_with(kind) ? stem_of(name).substr(kind.size()) : std::string_view{};
        if (!number.empty() &&
            std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) {
            return kind;
        }
    }
    return {};
}

[[nodiscard]] std::uint64_t bytes_of(const fs::directory_entry& file) {
    std::error_code error;
    const auto bytes = file.is_regular_file(error) ? file.file_size(error) : 0;
    return error ? 0 : bytes;
}

void add(const fs::directory_entry& entry, Aside& item) {
    std::error_code error;
    item.bytes += bytes_of(entry);
    item.at = std::max(item.at, entry.last_write_time(error));
    if (!entry.is_directory(error) || entry.is_symlink(error)) {
        return;
    }
    for (fs::directory_iterator inner{entry.path(), error}, last; !error && inner != last;
         inner.increment(error)) {
        item.bytes += bytes_of(*inner);
    }
}

// Only what another chain than mainnet has made may go without a person: a store that cannot be
// read may have the only rows of years, which somebody can still recover.
[[nodiscard]] bool may_be_live(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        return true;
    }
    auto store = analytics::Store::open(path.string());
    const auto runs = store ? (*store)->runs(1) : Err{store.error()};
    return !runs || runs->empty() || runs->front().run.provenance == Provenance::Live;
}

[[nodiscard]] bool may_have_live_rows(const std::string& state_dir, const Aside& item) {
    const fs::path path = fs::path{state_dir} / item.name;
    if (item.name.starts_with(kDirectory)) {
        return may_be_live(path / "trades.sqlite");
    }
    return item.name.starts_with(kDamagedStore) && may_be_live(path);
}

// False: something of it is left, and the log says why.
bool remove(const std::string& state_dir, const Aside& item) {
    std::error_code error;
    for (const std::string_view beside : {kBesides[0], kBesides[1], std::string_view{}}) {
        const fs::path path = fs::path{state_dir} / (item.name + std::string{beside});
        fs::remove_all(path, error);
        if (error) {
            telemetry::error("app", "deleting {}, which is over recorder.aside_bytes_max: {}",
                             path.string(), error.message());
            return false;
        }
    }
    return true;
}

[[nodiscard]] std::string time_text(fs::file_time_type at) {
    return utc_text(WallTime{
        std::chrono::duration_cast<Duration>(std::chrono::file_clock::to_sys(at).time_since_epoch())
            .count()});
}

void number_the_cut(const std::string& state_dir) {
    std::error_code error;
    const fs::path cut = fs::path{state_dir} / kCut;
    if (const auto bytes = fs::file_size(cut, error); error || bytes < kCutBytesMax) {
        return;
    }
    for (int number = 1;; ++number) {
        const fs::path numbered = cut.string() + fmt::format("-{}", number);
        if (!fs::exists(numbered, error)) {
            return fs::rename(cut, numbered, error);
        }
    }
}

}  // namespace

KeptAside kept_aside_in(const std::string& state_dir) {
    KeptAside kept;
    std::error_code error;
    for (fs::directory_iterator entry{state_dir, error}, end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (kind_of(name).empty()) {
            continue;
        }
        const std::string stem{stem_of(name)};
        auto item = std::ranges::find(kept.items, stem, &Aside::name);
        if (item == kept.items.end()) {
            item = kept.items.insert(item, {.name = stem});
        }
        const std::uint64_t before = item->bytes;
        add(*entry, *item);
        kept.bytes += item->bytes - before;
    }
    std::ranges::sort(kept.items, {}, &Aside::name);
    return kept;
}

void bound_kept_aside(const std::string& state_dir, std::uint64_t bytes_max) {
    number_the_cut(state_dir);
    KeptAside kept = kept_aside_in(state_dir);
    // The newest first.
    std::ranges::sort(kept.items, [](const Aside& a, const Aside& b) {
        return std::pair{b.at, b.name} < std::pair{a.at, a.name};
    });
    std::set<std::string_view> kinds_seen;
    std::vector<Aside> may_go;
    for (const Aside& item : kept.items) {
        if (!kinds_seen.insert(kind_of(item.name)).second) {
            may_go.push_back(item);
        }
    }
    for (; kept.bytes > bytes_max && !may_go.empty(); may_go.pop_back()) {
        const Aside& oldest = may_go.back();
        if (!may_have_live_rows(state_dir, oldest) && remove(state_dir, oldest)) {
            kept.bytes -= oldest.bytes;
            telemetry::warning("app",
                               "{}/{} was deleted, {} bytes of {}: the oldest of what starts have "
                               "put aside, {} bytes are left, recorder.aside_bytes_max is {}",
                               state_dir, oldest.name, oldest.bytes, time_text(oldest.at),
                               kept.bytes, bytes_max);
        }
    }
    if (kept.bytes > bytes_max) {
        telemetry::warning("app",
                           "what starts have put aside in {} has {} bytes, "
                           "recorder.aside_bytes_max is {}, and what is left is deleted by nobody "
                           "but you: the newest of each kind, and books and trade stores that may "
                           "be of live mode; "
                           "`doctor` names them",
                           state_dir, kept.bytes, bytes_max);
    }
}

}  // namespace sniperforge::app

// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/store_repair.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>

namespace sniperforge::analytics {
namespace {

namespace fs = std::filesystem;

// SQLite's own: what it keeps beside a file in WAL mode. The file itself last: what is beside a
// file that is not there is nobody's.
constexpr const char* kBesides[] = {"-wal", "-shm", ""};

}  // namespace

std::string damage_of_store(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        return {};
    }
    sqlite3* raw = nullptr;
    const int opened =
        sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle{raw, &sqlite3_close_v2};
    std::string told;
    const auto take = [](void* out, int columns, char** texts, char** /*names*/) {
        if (columns > 0 && texts[0] != nullptr) {
            *static_cast<std::string*>(out) = texts[0];
        }
        return 0;
    };
    const int code = opened != SQLITE_OK
                         ? opened
                         : sqlite3_exec(raw, "PRAGMA quick_check(1)", take, &told, nullptr);
    const int kind = code & 0xFF;
    if (kind == SQLITE_NOTADB || kind == SQLITE_CORRUPT) {
        return sqlite3_errmsg(raw);
    }
    return code == SQLITE_OK && told != "ok" ? told : std::string{};
}

Result<std::string> set_store_aside(const std::string& path) {
    std::error_code error;
    std::string aside;
    for (int number = 1; aside.empty(); ++number) {
        const std::string candidate = fmt::format("{}.damaged-{}", path, number);
        if (!fs::exists(candidate, error)) {
            aside = candidate;
        }
    }
    for (const char* const beside : kBesides) {
        if (!fs::exists(path + beside, error)) {
            continue;
        }
        fs::rename(path + beside, aside + beside, error);
        if (error) {
            return fail(fmt::format("moving {}{} to {}: {}", path, beside, aside, error.message()));
        }
    }
    return aside;
}

}  // namespace sniperforge::analytics

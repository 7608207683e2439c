// SPDX-License-Identifier: MIT
#include "app/drill_follower.hpp"

#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {

Result<void> DrillFollower::begin(const std::string& journal_path) {
    reader_ = std::make_unique<TaleReader>();
    if (!journal::has_journal(journal_path)) {
        return {};
    }
    Result<void> problem;
    // A torn tail is cut by the daemon that starts on it, and what it cuts was never told.
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        if (auto told = reader_->read(record); !told && problem) {
            problem = told;
        }
    });
    return read ? problem : Result<void>{Err{read.error()}};
}

}  // namespace sniperforge::app

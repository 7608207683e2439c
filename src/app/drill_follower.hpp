// SPDX-License-Identifier: MIT
// The journal of a drill as it grows: all that it has at the beginning of a life, then each record
// as it is appended, before any of it is on disk.
#pragma once

#include <memory>
#include <string>

#include "app/drill_records_tale.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::app {

class DrillFollower {
 public:
    // From now on of this journal. Where there is none yet it begins empty.
    [[nodiscard]] Result<void> begin(const std::string& journal_path);
    // What was appended since.
    [[nodiscard]] Result<void> add(const journal::Record& record) { return reader_->read(record); }
    [[nodiscard]] const JournalTale& tale() const { return reader_->tale(); }
    [[nodiscard]] const std::map<std::string, std::int64_t>& tokens_of(
        const std::string& signature) const {
        return reader_->tokens_of(signature);
    }

 private:
    std::unique_ptr<TaleReader> reader_ = std::make_unique<TaleReader>();
};

}  // namespace sniperforge::app

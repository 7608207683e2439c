// SPDX-License-Identifier: MIT
// Makes a JournalTale out of records, one after the other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "app/drill_records.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::app {

class TaleReader {
 public:
    TaleReader();
    ~TaleReader();
    TaleReader(const TaleReader&) = delete;
    TaleReader& operator=(const TaleReader&) = delete;

    [[nodiscard]] Result<void> read(const journal::Record& record);
    // All of it; nothing may be read behind.
    [[nodiscard]] JournalTale finish();
    [[nodiscard]] const JournalTale& tale() const;
    // What the fill with this signature, which stands, did to tokens, by mint.
    [[nodiscard]] const std::map<std::string, std::int64_t>& tokens_of(
        const std::string& signature) const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::app

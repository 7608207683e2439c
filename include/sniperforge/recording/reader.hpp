// SPDX-License-Identifier: MIT
// Reader: the records of a recorded run, in their order, up to the last whole block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/recording/format.hpp"

namespace sniperforge::recording {

struct RawRecord {
    std::uint8_t kind = 0;
    std::uint64_t number = 0;  // From 1.
    BytesView body;            // Until the next call.
};

class Reader {
 public:
    // Fails where the file is no recording, is of another version, or its header is damaged.
    [[nodiscard]] static Result<std::unique_ptr<Reader>> open(const std::string& path);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    [[nodiscard]] const Header& header() const;
    // Nothing: the end, or what is torn or damaged begins here.
    [[nodiscard]] std::optional<RawRecord> next();
    // The next text of a decision, of the block that the last record is in.
    [[nodiscard]] Decision next_decision();

    // Once next() has nothing more:
    [[nodiscard]] const std::optional<Totals>& totals() const;
    // What is wrong, with the offset; empty where the end was reached. A file that only ends too
    // early was cut: the process was killed, or lost its disk.
    [[nodiscard]] const std::string& problem() const;
    [[nodiscard]] bool is_damaged() const;

    [[nodiscard]] std::uint64_t file_bytes() const;
    [[nodiscard]] std::uint64_t content_bytes() const;  // Of the blocks that were read.
    [[nodiscard]] std::uint64_t blocks() const;

 private:
    struct State;
    explicit Reader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::recording

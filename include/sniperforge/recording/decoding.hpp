// SPDX-License-Identifier: MIT
// Decodes the raw frames of a recording again, and holds what comes out against the updates that
// the recorded run made of them. What a run's feed does with updates is not asked: it leaves out
// what it was told twice, so that frames without an update are no difference, and updates without a
// frame are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/recording/format.hpp"

namespace sniperforge::recording {

// A recorded update that no frame decodes to.
struct DecodingDifference {
    std::uint64_t frame = 0;   // That came closest, from 1; 0: none.
    std::uint64_t record = 0;  // Of the update in the recording.
    Slot slot;
    std::optional<Pubkey> account;
    std::string text;  // What was recorded, and what the frame says.
};
struct UnreadableFrame {
    std::uint64_t frame = 0;
    std::uint64_t record = 0;  // Of the bytes that complete it.
    std::string text;
};

struct DecodingResult {
    static constexpr std::size_t kNamedMax = 5;

    Header header;
    std::optional<Totals> totals;  // Nothing: the file was cut.
    std::string problem;           // Of the file, empty: none.
    bool is_damaged = false;

    std::uint64_t streams = 0;
    // Messages of WebSockets, and HTTP answers.
    std::uint64_t frames = 0, unreadable = 0;
    std::uint64_t notifications = 0, answered_accounts = 0;
    // Updates of the chain that the pipeline was told, and those of them that a frame decodes to.
    std::uint64_t updates = 0, equal = 0;
    // The first ones.
    std::vector<DecodingDifference> differences;
    std::vector<UnreadableFrame> unreadable_frames;

    [[nodiscard]] std::uint64_t different() const { return updates - equal; }
    // Without an update nothing was compared.
    [[nodiscard]] bool is_equal() const { return updates > 0 && updates == equal && !is_damaged; }
};

// An error: the file is no recording, or none that this version can read.
[[nodiscard]] Result<DecodingResult> verify_decoding(const std::string& path);

}  // namespace sniperforge::recording

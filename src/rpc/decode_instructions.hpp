// SPDX-License-Identifier: MIT
// The calls of a getTransaction answer, encodings json and jsonParsed. They are read as they stand
// and resolved when the whole account list is known: lookups come behind the calls of programs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rpc/json.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

struct RawInstruction {
    // json: positions. jsonParsed: keys.
    std::optional<std::uint8_t> program_index;
    Pubkey program;
    std::vector<std::uint8_t> indexes;
    std::vector<Pubkey> keys;
    Bytes data;
};

struct RawCalls {
    std::vector<RawInstruction> top;
    struct Inner {
        std::size_t index = 0;  // Of the top-level one.
        std::vector<RawInstruction> calls;
    };
    std::vector<Inner> inner;
};

// The list of a message, or of one entry of innerInstructions. What a node shows in its own words
// (jsonParsed), and what has more data than a venue's calls, is left out, its place kept empty.
[[nodiscard]] std::vector<RawInstruction> read_instructions(json::ondemand::value list);
[[nodiscard]] std::vector<RawCalls::Inner> read_inner(json::ondemand::value list);
// Fills in detail.instructions; detail.account_keys are complete. A position beyond them is an
// error.
void resolve_calls(RawCalls calls, TransactionDetail& detail);

}  // namespace sniperforge::rpc

// SPDX-License-Identifier: MIT
// Curves and pools of pump.fun for tests: numbers and accounts of the recorded files, and what a
// transaction's program data lines say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/sim/pump_instructions.hpp"
#include "support/data.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {

[[nodiscard]] inline std::uint64_t number(simdjson::dom::element object, const char* name) {
    return std::stoull(std::string{std::string_view{object[name]}});
}

// The events of a transaction, as its "Program data:" lines tell them.
[[nodiscard]] inline std::vector<Bytes> events_of(const std::vector<std::string>& logs) {
    constexpr std::string_view kPrefix = "Program data: ";
    std::vector<Bytes> events;
    for (const std::string& line : logs) {
        if (line.starts_with(kPrefix)) {
            events.push_back(*base64_decode(std::string_view{line}.substr(kPrefix.size())));
        }
    }
    return events;
}

class PumpTest : public ChainTest {
 protected:
    PumpTest() { create_wallet(chain, user(), Lamports{1'000'000 * kLamportsPerSol}); }

    [[nodiscard]] Pubkey user() const { return wallet.public_key(); }
    static std::string custom(unsigned code) {
        return "{\"InstructionError\":[0,{\"Custom\":" + std::to_string(code) + "}]}";
    }
    [[nodiscard]] std::string error_of(const solana::Instruction& instruction) {
        return chain.simulate(signed_wire({instruction}), true, false, {})->error_json;
    }
    [[nodiscard]] bool flag_of(const Pubkey& key, std::size_t offset) const {
        return chain.account(key)->data[offset] != 0;
    }
    // What the account of `owner` holds of `mint`, by its associated address.
    [[nodiscard]] std::uint64_t held(const Pubkey& owner, const Pubkey& mint) const {
        return tokens(solana::associated_token_address(owner, mint, chain.account(mint)->owner));
    }

    static constexpr std::uint64_t kSupply = 1'000'000'000'000'000;
    static constexpr std::size_t kVirtualToken = 8, kVirtualQuote = 16, kRealToken = 24,
                                 kRealQuote = 32, kComplete = 48;
};

}  // namespace sniperforge::sim

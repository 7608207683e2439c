// SPDX-License-Identifier: MIT
// A detector over an empty book, and the accounts that it is shown.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "sniperforge/detect/detector.hpp"
#include "sniperforge/solana/token_extensions.hpp"
#include "unit/dex/book_support.hpp"

namespace sniperforge::detect::test {

using dex::test::config_account;
using dex::test::key_of;
using dex::test::TestAccount;
using dex::test::TestPool;

inline constexpr std::uint64_t kA = 1'000'000;
inline constexpr std::uint64_t kB = 5'000'000;

[[nodiscard]] inline TestAccount mint_account(const Pubkey& pubkey, const solana::Mint& mint = {}) {
    const auto data = solana::encode_mint(mint);
    return {pubkey, solana::kTokenProgram, Bytes{data.begin(), data.end()}};
}

struct Extension {
    solana::ExtensionType type;
    std::size_t bytes;
};
[[nodiscard]] inline TestAccount token_2022_mint(const Pubkey& pubkey,
                                                 const std::vector<Extension>& extensions) {
    TestAccount account = mint_account(pubkey);
    account.owner = solana::kToken2022Program;
    if (!extensions.empty()) {
        account.data.resize(166, 0);
        account.data[165] = 1;  // Account type: mint.
    }
    for (const Extension& extension : extensions) {
        append_le(account.data, static_cast<std::uint16_t>(extension.type));
        append_le(account.data, static_cast<std::uint16_t>(extension.bytes));
        account.data.resize(account.data.size() + extension.bytes, 0);
    }
    return account;
}

// With a metadata extension as pump.fun writes it; its pointer is left out.
[[nodiscard]] inline TestAccount mint_with_names(const Pubkey& pubkey, std::string_view name,
                                                 std::string_view uri) {
    Bytes value(32, 0);  // No update authority.
    append(value, pubkey.bytes);
    for (const std::string_view text : {name, std::string_view{"SYM"}, uri}) {
        append_le(value, static_cast<std::uint32_t>(text.size()));
        value.insert(value.end(), text.begin(), text.end());
    }
    append_le(value, std::uint32_t{0});  // Nothing additional.
    TestAccount account = token_2022_mint(pubkey, {});
    account.data.resize(165, 0);
    account.data.push_back(1);  // Account type: mint.
    append_le(account.data, static_cast<std::uint16_t>(solana::ExtensionType::TokenMetadata));
    append_le(account.data, static_cast<std::uint16_t>(value.size()));
    append(account.data, value);
    return account;
}

class DetectorTest : public ::testing::Test {
 protected:
    // What one update means.
    const std::vector<MarketEvent>& see(const TestAccount& account, std::uint64_t slot) {
        events.clear();
        detector.observe(account.at(slot), events);
        return events;
    }
    const std::vector<MarketEvent>& start_slot(std::uint64_t slot) {
        events.clear();
        detector.observe(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{}}, events);
        return events;
    }
    void load(const TestPool& one, std::uint64_t slot = 1) {
        see(one.account(), slot);
        see(config_account(one.config), slot);
        see(one.account_a(kA), slot);
        see(one.account_b(kB), slot);
        index = book.find(one.id()).value();
    }
    template <typename Event>
    [[nodiscard]] std::vector<Event> all() const {
        std::vector<Event> found;
        for (const MarketEvent& event : events) {
            if (const auto* one = std::get_if<Event>(&event)) {
                found.push_back(*one);
            }
        }
        return found;
    }

    dex::PoolBook book;
    Detector detector{book, {}};
    std::vector<MarketEvent> events;
    TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    PoolIndex index;
};

}  // namespace sniperforge::detect::test

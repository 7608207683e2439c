// SPDX-License-Identifier: MIT
// A book of evidence that follows one token of a Raydium CPMM pool, as the pipeline has it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/solana/pda.hpp"
#include "unit/detect/detector_support.hpp"

namespace sniperforge::detect::test {

inline const Pubkey kCreator = key_of(50), kLpMint = key_of(51), kHolder = key_of(52);
inline constexpr std::uint64_t kSol = 20'000'000'000, kTokens = 700'000, kCoins = 1'000'000;

class SafetyBookTest : public DetectorTest {
 protected:
    SafetyBookTest() {
        pool.creator = kCreator;
        detector.mark_live();
        load_at(10);
    }
    // The pool with its LP mint, all in one slot.
    void load_at(std::uint64_t slot) {
        now = Slot{slot};
        TestAccount account = pool.account();
        dex::test::put_key(account.data, 136, kLpMint);
        write_le(std::span{account.data}, 333, std::uint64_t{10'000});
        hear(account);
        hear(config_account(pool.config));
        hear(pool.account_a(kSol));
        hear(pool.account_b(kTokens));
        index = book.find(pool.id()).value();
        safety.follow({index, pool.mint_b, kCreator, now});
        hear_nothing_locked();
        hear(mint_account(pool.mint_b, mint));
    }
    // As the pipeline: whoever it belongs to, then the verdicts.
    void hear(const TestAccount& account) {
        events.clear();
        if (!safety.observe(account.at(now.value), events)) {
            detector.observe(account.at(now.value), events);
        }
        judge();
    }
    void judge() { safety.judge(events, {.slot = now.value}, now, notes); }
    void start(std::uint64_t slot) {
        now = Slot{slot};
        events.clear();
        events.emplace_back(SlotStarted{now});
        judge();
    }
    void hear_lp(std::uint64_t supply) {
        hear(mint_account(
            kLpMint,
            {.mint_authority = key_of(9), .supply = TokenAmount{supply}, .freeze_authority = {}}));
    }
    // The account that it would be in does not exist.
    void hear_nothing_locked() { hear({lock_account(), {}, {}}); }
    void hear_locked(std::uint64_t amount) {
        hear(TestPool::vault(lock_account(), kLpMint, amount));
    }
    [[nodiscard]] Pubkey lock_account() const { return lp_lock_account(book.pool(index)); }
    [[nodiscard]] SafetyFinding lp_finding(std::uint64_t slot) const {
        const auto verdict = safety.verdict_of(pool.mint_b, {.slot = slot}, Slot{slot});
        return *std::ranges::find(verdict->findings, SafetyCode::LpBurnt, &SafetyFinding::code);
    }
    void hear_creator(std::uint64_t amount) {
        hear(TestPool::vault(creator_account(), pool.mint_b, amount));
    }
    [[nodiscard]] Pubkey creator_account() const {
        return solana::associated_token_address(kCreator, pool.mint_b, solana::kTokenProgram);
    }
    void read_holders(std::uint64_t amount, std::uint64_t creators = 1'000) {
        HolderReading reading{now, TokenAmount{kCoins}, {}, TokenAmount{creators}};
        reading.holders = {{pool.vault_b(), key_of(98), TokenAmount{kTokens}},
                           {kHolder, key_of(53), TokenAmount{amount}}};
        events.clear();
        safety.take_holders(pool.mint_b, reading, now);
        judge();
    }
    // All that is needed to pass.
    void make_safe() {
        hear_lp(100);
        read_holders(100'000);
    }
    // The newest that was told.
    [[nodiscard]] std::string told() const {
        const auto verdicts = all<TokenJudged>();
        if (verdicts.empty()) {
            return "nothing";
        }
        return verdicts.back().refused ? to_string(*verdicts.back().refused) : "safe";
    }
    [[nodiscard]] std::string refusal() const {
        const auto verdict = safety.verdict_of(pool.mint_b, {.slot = now.value}, now);
        return verdict && verdict->refusal() ? to_string(*verdict->refusal()) : "safe";
    }

    solana::Mint mint{
        .mint_authority = {}, .supply = TokenAmount{kCoins}, .decimals = 6, .freeze_authority = {}};
    Slot now{10};
    // It is followed without having been met as a launch: nobody saw its first slot.
    SafetyPolicy policy{.is_bundle_unknown_allowed = true};
    SafetyBook safety{book, detector, policy, {.mints_max = 2, .holders_watched = 1}};
    std::vector<SafetyNote> notes;
};

}  // namespace sniperforge::detect::test
